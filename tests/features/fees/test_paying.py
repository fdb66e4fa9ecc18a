"""Paying by phone, from the balance and at the counter; late money; two phones."""

import asyncio
from typing import Any

import pytest

from backend.core import clock
from backend.core.actor import Role
from backend.core.database import transaction
from backend.core.errors import Invalid, LinliError, NotFound
from backend.engines.bills import service as owing
from backend.engines.bills.models import Bill, BillEntry
from backend.engines.bills.queries import BillsNotPayable
from backend.engines.ledgers import queries as ledgers
from backend.engines.ledgers.service import NotEnough
from backend.engines.payments import queries as payment_queries
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment
from backend.features.fees import queries, rules, service
from backend.features.fees.schemas import AgreementBody, DoorQuery, TakeBody, TopUpBody
from backend.foundation.notify.models import Message
from tests.estate import Estate, last_quarter
from tests.features.fees.conftest import (
    agree_with_each_other,
    arrive,
    begin,
    bill_of,
    issue,
    work_off,
)


async def test_several_bills_of_several_dwellings_at_once(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    await place.move_in("ann", place.homes[1])
    await issue(place, await place.tariff())
    assert (await queries.overview(ann)).owed == 33_563 + 45_000
    assert await Message.filter(user_id=ann.user_id, template="fees.issued").count() == 2
    ids = [(await bill_of(home.id)).id for home in place.homes]
    payment = await begin(ann, *ids)
    assert (payment.amount, payment.payer_id) == (78_563, ann.user_id)
    await arrive(payment)
    paid = await Bill.filter(id__in=ids)
    assert {(one.status, one.owed, one.payment_id) for one in paid} == {("paid", 0, None)}
    payee = await service.payee_of(place.firm.id)
    assert await ledgers.balance(payee.account) == 78_563
    assert (await queries.overview(ann)).owed == 0
    await agree_with_each_other()


async def test_only_ones_own_bills(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    await place.move_in("ben", place.homes[1])
    await issue(place, await place.tariff())
    his = await bill_of(place.homes[1].id)
    for wanted in ([his.id], [(await bill_of(place.homes[0].id)).id, his.id], [10**9]):
        with pytest.raises(NotFound):
            await begin(ann, *wanted)
    with pytest.raises(NotFound):
        await service.top_up(ann, TopUpBody(dwelling_id=place.homes[1].id, amount=1000))
    with pytest.raises(NotFound):
        await queries.balance_statement(ann, queries.BalanceQuery(dwelling_id=place.homes[1].id))
    assert (await Bill.get(id=his.id)).payment_id is None


async def test_a_bill_is_in_one_open_payment_only(place: Estate) -> None:
    """Sixteen phones at once: one payment is opened; the control opens several."""
    people = [await place.person(f"family-{number}") for number in range(16)]
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)

    async def careful(actor: Any) -> bool:
        try:
            async with transaction():
                await service._open(actor, [await Bill.get(id=bill.id)])
        except LinliError:
            return False
        return True

    won = await asyncio.gather(*(careful(one) for one in people))
    assert sum(won) == 1
    assert await Payment.all().count() == 1

    async def careless(actor: Any) -> bool:
        seen = await Bill.get(id=bill.id)
        await asyncio.sleep(0.01)
        if seen.payment_id is not None:
            return False
        async with transaction():
            await Bill.filter(id=bill.id).update(payment_id=actor.user_id)
        return True

    await Bill.filter(id=bill.id).update(payment_id=None)
    assert sum(await asyncio.gather(*(careless(one) for one in people))) > 1


async def test_begun_and_left_it_can_be_begun_again_by_oneself_only(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    bob, _ = await place.move_in("bob", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    first = await begin(ann, bill.id)
    with pytest.raises(BillsNotPayable):
        await begin(bob, bill.id)
    second = await begin(ann, bill.id)
    assert (await Payment.get(id=first.id)).status == "closed"
    await work_off()
    assert (await Bill.get(id=bill.id)).payment_id == second.id
    async with transaction():
        await payments.close(ann, second.id)
    await work_off()
    await arrive(await begin(bob, bill.id))
    assert (await Bill.get(id=bill.id)).status == "paid"


async def test_a_bill_paid_from_two_phones_the_second_goes_back(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    bob, _ = await place.move_in("bob", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    late = await begin(ann, bill.id)
    async with transaction():
        await payments.close(ann, late.id)
    await work_off()
    await arrive(await begin(bob, bill.id))
    await arrive(late)
    assert (await Payment.get(id=late.id)).refunded == 33_563
    assert await queries.balance(place.homes[0].id, 0) == 0
    assert await Message.filter(user_id=ann.user_id, template="fees.too_much").count() == 1
    await agree_with_each_other()


async def test_late_money_overtakes_another_open_payment(place: Estate) -> None:
    """It pays the bill; the other payment is closed, and what it still brings goes back."""
    ann, _ = await place.move_in("ann", place.homes[0])
    bob, _ = await place.move_in("bob", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    late = await begin(ann, bill.id)
    async with transaction():
        await payments.close(ann, late.id)
    await work_off()
    other = await begin(bob, bill.id)
    await arrive(late)
    assert (await Bill.get(id=bill.id)).status == "paid"
    assert (await Payment.get(id=other.id)).status == "closed"
    await arrive(other)
    assert (await Payment.get(id=other.id)).refunded == 33_563
    await agree_with_each_other()


async def test_late_money_of_a_former_owner_goes_back(place: Estate) -> None:
    ann, binding = await place.move_in("ann", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    late = await begin(ann, bill.id)
    async with transaction():
        await payments.close(ann, late.id)
    await work_off()
    async with transaction():
        await service.take(
            place.cashier,
            TakeBody(dwelling_id=place.homes[0].id, bill_ids=[bill.id], method="cash"),
        )
    await work_off()
    await place.move_out(binding)
    await place.move_in("new", place.homes[0])
    await arrive(late)
    assert await queries.balance(place.homes[0].id, 0) == 0
    assert await queries.balance(place.homes[0].id, 1) == 0
    assert (await Payment.get(id=late.id)).refunded == 33_563
    await agree_with_each_other()


async def test_the_balance(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    with pytest.raises(NotEnough):
        await begin(ann, bill.id, from_balance=True)
    assert (await Bill.get(id=bill.id)).payment_id is None
    home = TopUpBody(dwelling_id=place.homes[0].id, amount=50_000)
    async with transaction():
        out = await service.top_up(ann, home)
    await arrive(await Payment.get(id=out.id))
    assert await queries.balance(place.homes[0].id, 0) == 50_000
    await begin(ann, bill.id, from_balance=True)
    await work_off()
    assert (await Bill.get(id=bill.id)).status == "paid"
    assert await queries.balance(place.homes[0].id, 0) == 50_000 - 33_563
    query = queries.BalanceQuery(dwelling_id=place.homes[0].id)
    amounts = [one.amount for one in (await queries.balance_statement(ann, query)).items]
    assert amounts == [-33_563, 50_000]
    await agree_with_each_other()


async def test_by_itself_when_the_owner_agreed(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    family, _ = await place.move_in("kid", place.homes[0], service.Relation.FAMILY)
    body = AgreementBody(dwelling_id=place.homes[0].id)
    with pytest.raises(NotFound):
        await service.agree(family, body)
    assert (await service.agree(ann, body)).is_automatic
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    assert bill.status == "unpaid"  # nothing lies ready yet
    async with transaction():
        out = await service.top_up(ann, TopUpBody(dwelling_id=place.homes[0].id, amount=50_000))
    await arrive(await Payment.get(id=out.id))
    assert (await bill_of(place.homes[0].id)).status == "paid"
    assert await queries.balance(place.homes[0].id, 0) == 50_000 - 33_563
    off = await service.agree(ann, AgreementBody(dwelling_id=place.homes[0].id, is_on=False))
    assert not off.is_automatic
    await agree_with_each_other()


async def test_the_counter(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    begun = await begin(ann, bill.id)
    for words in ("1-101", "1号楼101", "101"):
        found = (await queries.doors(place.cashier, DoorQuery(q=words))).items
        assert [one.dwelling_id for one in found] == [place.homes[0].id]
    assert (await queries.doors(place.cashier, DoorQuery(q="2-101"))).items == []
    assert (await queries.doors(place.cashier, DoorQuery(q="%_'"))).items == []
    home = await queries.counter(place.cashier, place.homes[0].id)
    assert (home.holders, [one.owed for one in home.bills]) == (["张*"], [33_563])
    body = TakeBody(dwelling_id=place.homes[0].id, bill_ids=[bill.id], top_up=1_000, method="cash")
    async with transaction():
        out = await service.take(place.cashier, body)
    await work_off()
    assert (out.status, out.amount, out.method) == ("paid", 34_563, "cash")
    assert out.receipt_no
    assert out.receipt_no.startswith("S")
    assert (await Payment.get(id=begun.id)).status == "closed"
    assert (await Bill.get(id=bill.id)).status == "paid"
    assert await queries.balance(place.homes[0].id, 0) == 1_000
    assert await ledgers.balance(f"cash:{place.firm.id}") == -34_563
    await agree_with_each_other()


async def test_whose_counter_it_is(place: Estate) -> None:
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    body = TakeBody(dwelling_id=place.homes[0].id, bill_ids=[bill.id], method="cash")
    rival = place.staff(Role.CASHIER, is_rival=True)
    staff = place.staff(Role.PROPERTY_STAFF)
    for nobody in (rival, staff, await place.person("ann")):
        with pytest.raises(NotFound):
            await service.take(nobody, body)
        with pytest.raises(NotFound):
            await queries.counter(nobody, place.homes[0].id)
        assert (await queries.doors(nobody, DoorQuery(q="101"))).items == []
    wrong = body.model_copy(update={"dwelling_id": place.homes[1].id})
    with pytest.raises(NotFound):
        await service.take(place.cashier, wrong)
    with pytest.raises(Invalid):
        await service.take(place.cashier, body.model_copy(update={"bill_ids": []}))


async def test_bills_of_two_firms_are_two_payments(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    await place.move_in("ann", place.elsewhere)
    await issue(place, await place.tariff())
    from backend.engines.tariffs import service as pricing
    from backend.engines.tariffs.schemas import TariffNew

    rival = place.staff(Role.PROPERTY_MANAGER, is_rival=True)
    first = {"valid_from": "2020-01-01", "price": 10_000}
    theirs = TariffNew(area_id=place.other.id, name="物业费", first=first)  # type: ignore[arg-type]
    tariff = await pricing.create(rival, theirs)
    from backend.engines.billings import service as billings
    from backend.engines.billings.schemas import RunNew

    async with transaction():
        await billings.start(rival, RunNew(tariff_id=tariff.id, period=last_quarter()))
    await work_off()
    ids = [(await bill_of(one.id)).id for one in (place.homes[0], place.elsewhere)]
    with pytest.raises(Invalid):
        await begin(ann, *ids)
    assert not await Bill.filter(payment_id__isnull=False).exists()


async def test_late_fees_grow_simply_up_to_their_cap(place: Estate, monkeypatch: Any) -> None:
    """Off by default; where a firm asks for them they are entered when one pays."""
    ann, _ = await place.move_in("ann", place.homes[0])
    tariff_id = await place.tariff(late_rate=500, late_cap=10, due_days=0)
    await issue(place, tariff_id)
    bill = await bill_of(place.homes[0].id)
    from datetime import timedelta

    real = clock.today()
    for days, fee in ((0, 0), (1, 16), (40, 671), (4000, 3_356)):
        day = bill.due_on + timedelta(days=days)
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        row = (await queries.bills.by_ids([bill.id]))[0]
        assert queries.bills.late_fee_of(row, day) == fee
    payment = await begin(ann, bill.id)
    assert payment.amount == 33_563 + 3_356
    monkeypatch.setattr(clock, "today", lambda: real)
    await arrive(payment)
    kinds = [one.kind.value for one in await BillEntry.filter(bill_id=bill.id).order_by("id")]
    assert kinds == ["late", "payment"]
    await agree_with_each_other()


async def test_nothing_is_owed_twice_however_often_it_is_told(place: Estate) -> None:
    ann, _ = await place.move_in("ann", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    payment = await begin(ann, bill.id)
    await arrive(payment)
    for _ in range(3):
        async with transaction():
            assert await service.apply(payment.id) == 0
    assert await BillEntry.filter(bill_id=bill.id).count() == 1
    assert rules.bill_in("bill:1x") is None
    assert [one.subject for one in await payment_queries.lines_of(payment.id)] == [
        f"bill:{bill.id}"
    ]
    await owing.free(payment.id)
    await agree_with_each_other()
