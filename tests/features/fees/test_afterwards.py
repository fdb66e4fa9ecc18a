"""Refunds, disputes, void bills, and a dwelling that changes hands."""

import pytest

from backend.core.actor import SYSTEM, Role
from backend.core.database import transaction
from backend.core.errors import Conflict, NotFound
from backend.engines.bills import queries as bills
from backend.engines.bills import service as owing
from backend.engines.bills.models import Bill
from backend.engines.bills.schemas import BillQuery, VoidBody
from backend.engines.demands import service as demands
from backend.engines.demands.schemas import WithdrawBody
from backend.engines.ledgers import queries as ledgers
from backend.engines.orders.models import Order
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.features.fees import queries, service
from backend.features.fees.schemas import DisputeBody, RefundBody, TakeBody, TopUpBody
from backend.foundation.holdings import service as holdings
from backend.foundation.holdings.schemas import HandOver
from backend.foundation.residents.models import Relation
from tests.estate import Estate
from tests.features.fees.conftest import (
    agree_with_each_other,
    arrive,
    begin,
    bill_of,
    issue,
    work_off,
)


async def taken(place: Estate) -> Bill:
    """The first dwelling's bill, paid in cash."""
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    body = TakeBody(dwelling_id=place.homes[0].id, bill_ids=[bill.id], method="cash")
    async with transaction():
        await service.take(place.cashier, body)
    await work_off()
    return await Bill.get(id=bill.id)


async def test_a_wrong_bill_is_refunded_in_parts_and_not_owed(place: Estate) -> None:
    bill = await taken(place)
    for amount in (10_000, 23_563):
        async with transaction():
            asked = await service.refund(
                place.manager, bill.id, RefundBody(amount=amount, reason="重复计费")
            )
        refund = await Refund.get(id=asked.refund_ids[0])
        async with transaction():
            await refunds.succeed(refund, place.cashier, move="pay-out")
        await work_off()
    bill = await Bill.get(id=bill.id)
    assert (bill.status, bill.owed) == ("paid", 0)
    assert await ledgers.balance(f"cash:{place.firm.id}") == 0
    with pytest.raises(Conflict):
        await service.refund(place.manager, bill.id, RefundBody(amount=1, reason="再退"))
    await agree_with_each_other()


async def test_what_is_on_its_way_back_is_not_given_back_again(place: Estate) -> None:
    bill = await taken(place)
    async with transaction():
        await service.refund(place.manager, bill.id, RefundBody(amount=33_000, reason="错收"))
    with pytest.raises(Conflict):
        await service.refund(place.manager, bill.id, RefundBody(amount=564, reason="错收"))
    refund = await Refund.first()
    assert refund is not None
    async with transaction():
        await refunds.fail(refund, "户已注销")
    await work_off()
    async with transaction():
        await service.refund(place.manager, bill.id, RefundBody(amount=33_563, reason="错收"))
    await agree_with_each_other()


async def test_what_came_in_for_a_bill_and_goes_back(place: Estate) -> None:
    bill = await taken(place)
    seen = await queries.money(place.manager, bill.id)
    assert (seen.refundable, seen.moves, seen.refunds) == (33_563, ["refund"], [])
    (paid,) = seen.payments
    assert (paid.method_name, paid.amount, bool(paid.receipt_no)) == ("现金", 33_563, True)
    async with transaction():
        part = RefundBody(amount=10_000, reason="多收了", is_owed_again=True)
        await service.refund(place.manager, bill.id, part)
    seen = await queries.money(place.cashier, bill.id)
    (back,) = seen.refunds
    assert (seen.refundable, seen.payments[0].amount, seen.moves) == (23_563, 23_563, [])
    assert (back.amount, back.is_owed_again, back.moves) == (10_000, True, ["pay-out"])
    rival = place.staff(Role.PROPERTY_MANAGER, is_rival=True)
    for nobody in (rival, await place.person("stranger")):
        with pytest.raises(NotFound):
            await queries.money(nobody, bill.id)


async def test_given_back_and_owed_again(place: Estate) -> None:
    bill = await taken(place)
    body = RefundBody(amount=33_563, reason="付错了账户", is_owed_again=True)
    async with transaction():
        asked = await service.refund(place.manager, bill.id, body)
    async with transaction():
        await refunds.succeed(
            await Refund.get(id=asked.refund_ids[0]), place.cashier, move="pay-out"
        )
    await work_off()
    bill = await Bill.get(id=bill.id)
    assert (bill.status, bill.owed) == ("unpaid", 33_563)
    # Now it can be void, as nothing lies in it any more.
    async with transaction():
        await owing.void(place.manager, bill.id, VoidBody(version=bill.version, reason="作废"))
    await agree_with_each_other()


async def test_who_gives_back(place: Estate) -> None:
    bill = await taken(place)
    for nobody in (
        place.staff(Role.PROPERTY_MANAGER, is_rival=True),
        place.cashier,
        await place.person("ann"),
    ):
        with pytest.raises(NotFound):
            await service.refund(nobody, bill.id, RefundBody(amount=1, reason="试试"))
    with pytest.raises(Conflict):
        await owing.void(place.manager, bill.id, VoidBody(version=bill.version, reason="作废"))


async def test_a_dispute_is_an_order_and_ends_with_it(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    ben, _ = await place.move_in("ben", place.homes[1])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    with pytest.raises(NotFound):
        await service.dispute(ben, bill.id, DisputeBody(text="不是我的账单"))
    async with transaction():
        made = await service.dispute(ann, bill.id, DisputeBody(text="面积和房产证不一致"))
    order = await Order.get(id=made.order_id)
    assert (order.kind, order.party, order.unit_id) == ("fee", "property", place.firm.id)
    assert (await bills.detail(ann, bill.id)).order_id == order.id
    assert (await Bill.get(id=bill.id)).is_disputed
    doubted = await bills.listed(place.manager, BillQuery(is_disputed=True), is_own=False)
    assert [one.id for one in doubted.items] == [bill.id]
    with pytest.raises(Conflict):
        await service.dispute(ann, bill.id, DisputeBody(text="再说一遍"))
    async with transaction():
        await demands.withdraw(ann, order.id, WithdrawBody(reason="弄清楚了"))
    await work_off()
    bill = await Bill.get(id=bill.id)
    assert (bill.is_disputed, bill.order_id) == (False, order.id)


async def seen_by(actor: object) -> set[int]:
    page = await bills.listed(actor, BillQuery(), is_own=True)  # type: ignore[arg-type]
    return {one.id for one in page.items}


async def test_the_next_owner_neither_sees_nor_owes_what_was_before(place: Estate) -> None:
    home = place.homes[0]
    old, binding = await place.move_in("old", home)
    wife, _ = await place.move_in("wife", home, Relation.FAMILY)
    await issue(place, await place.tariff())
    bill = await bill_of(home.id)
    async with transaction():
        out = await service.top_up(old, TopUpBody(dwelling_id=home.id, amount=5_000))
    from backend.engines.payments.models import Payment

    await arrive(await Payment.get(id=out.id))
    assert await seen_by(old) == await seen_by(wife) == {bill.id}
    await place.move_out(binding)
    new, _ = await place.move_in("new", home)
    assert await seen_by(new) == set()
    assert await seen_by(old) == {bill.id}
    (mine,) = (await queries.overview(new)).homes
    assert (mine.owed, mine.balance, mine.tenure) == (0, 0, 1)
    with pytest.raises(NotFound):
        await begin(new, bill.id)
    with pytest.raises(NotFound):
        await bills.detail(new, bill.id)
    (theirs,) = (await queries.overview(old)).homes
    assert (theirs.owed, theirs.balance, theirs.is_current) == (33_563, 5_000, False)
    await arrive(await begin(old, bill.id))
    assert (await Bill.get(id=bill.id)).status == "paid"
    await agree_with_each_other()


async def test_an_owner_who_comes_back_or_joins_begins_no_new_tenure(place: Estate) -> None:
    home = place.homes[0]
    ann, binding = await place.move_in("ann", home)
    await place.move_out(binding)
    await place.move_in("ann", home)
    bob, _ = await place.move_in("bob", home)
    await issue(place, await place.tariff())
    bill = await bill_of(home.id)
    assert bill.tenure == 0
    assert await seen_by(ann) == await seen_by(bob) == {bill.id}


async def test_handed_over_by_the_staffs_word(place: Estate) -> None:
    """The new owner was bound before the old one left: the manager sets it right."""
    home = place.homes[0]
    old, leaving = await place.move_in("old", home)
    await issue(place, await place.tariff())
    bill = await bill_of(home.id)
    new, _ = await place.move_in("new", home)
    assert await seen_by(new) == {bill.id}
    body = HandOver(dwelling_id=home.id, leaving=[leaving], reason="房屋买卖")
    with pytest.raises(NotFound):
        await holdings.hand_over(place.staff(Role.PROPERTY_MANAGER, is_rival=True), body)
    done = await holdings.hand_over(place.manager, body)
    assert (done.tenure, done.staying) == (1, 1)
    assert (await seen_by(new), await seen_by(old)) == (set(), {bill.id})


async def test_who_has_left_the_city_leaves_no_agreement(place: Estate) -> None:
    from backend.features.fees.models import Agreement
    from backend.features.fees.schemas import AgreementBody

    ann, _ = await place.move_in("ann", place.homes[0])
    await service.agree(ann, AgreementBody(dwelling_id=place.homes[0].id))
    await service.forget(ann.user_id)
    (row,) = await Agreement.all()
    assert (row.user_id, row.live_key) == (None, None)
    assert SYSTEM.is_system
