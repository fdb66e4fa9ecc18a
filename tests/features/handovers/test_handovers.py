"""A balance goes back or over, debts only to who agrees."""

import pytest

from backend.core.actor import Actor, Role
from backend.core.database import transaction
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.engines.bills.models import Bill
from backend.engines.ledgers import queries as ledgers
from backend.engines.payments.models import Payment
from backend.features.fees import queries as fee_queries
from backend.features.fees import service as fees
from backend.features.fees.schemas import TopUpBody
from backend.features.handovers import queries, service
from backend.features.handovers.models import Kind
from backend.features.handovers.schemas import Answered, HandoverNew, PayOut
from tests.estate import Estate
from tests.features.fees.conftest import (  # noqa: F401 - a fixture
    agree_with_each_other,
    arrive,
    begin,
    bill_of,
    issue,
    place,
)

SEEN = Answered(version=1)


async def sold(place: Estate) -> tuple[Actor, Actor]:  # noqa: F811
    """The dwelling has a new owner; the old one left 50 yuan and a debt."""
    home = place.homes[0]
    old, binding = await place.move_in("old", home)
    await issue(place, await place.tariff())
    async with transaction():
        out = await fees.top_up(old, TopUpBody(dwelling_id=home.id, amount=5_000))
    await arrive(await Payment.get(id=out.id))
    await place.move_out(binding)
    new, _ = await place.move_in("new", home)
    return old, new


def of(place: Estate, kind: Kind) -> HandoverNew:  # noqa: F811
    return HandoverNew(dwelling_id=place.homes[0].id, former=0, kind=kind)


async def test_the_balance_goes_over_when_both_say_so(place: Estate) -> None:  # noqa: F811
    old, new = await sold(place)
    for nobody in (new, place.manager, await place.person("x")):
        with pytest.raises(NotFound):
            await service.ask(nobody, of(place, Kind.BALANCE))
    asked = await service.ask(old, of(place, Kind.BALANCE))
    assert (asked.amount, asked.moves) == (5_000, ["drop"])
    with pytest.raises(Conflict):
        await service.ask(old, of(place, Kind.BALANCE))
    with pytest.raises(Forbidden):
        await service.confirm(old, asked.id, SEEN)
    with pytest.raises(NotFound):
        await service.confirm(await place.person("x"), asked.id, SEEN)
    assert (await queries.mine(new)).items[0].moves == ["confirm", "drop"]
    async with transaction():
        done = await service.confirm(new, asked.id, SEEN)
    assert done.status == "done"
    home = place.homes[0].id
    assert (await fee_queries.balance(home, 0), await fee_queries.balance(home, 1)) == (0, 5_000)
    await agree_with_each_other()


async def test_or_back_in_cash(place: Estate) -> None:  # noqa: F811
    old, new = await sold(place)
    asked = await service.ask(old, of(place, Kind.REFUND))
    (listed,) = (await queries.at_counter(place.cashier)).items
    assert listed.moves == ["pay-out"]
    body = PayOut(version=1, receipt_no="T-1")
    for nobody in (old, new, place.staff(Role.CASHIER, is_rival=True)):
        with pytest.raises(NotFound):
            await service.pay_out(nobody, asked.id, body)
    async with transaction():
        assert (await service.pay_out(place.cashier, asked.id, body)).status == "done"
    assert await fee_queries.balance(place.homes[0].id, 0) == 0
    assert await ledgers.balance(f"cash:{place.firm.id}") == 5_000
    with pytest.raises(Conflict):
        await service.pay_out(place.cashier, asked.id, PayOut(version=2, receipt_no="T-2"))
    await agree_with_each_other()


async def test_debts_go_over_by_the_new_owners_word_only(place: Estate) -> None:  # noqa: F811
    old, new = await sold(place)
    bill = await bill_of(place.homes[0].id)
    with pytest.raises(NotFound):
        await service.ask(old, of(place, Kind.BILLS))
    asked = await service.ask(place.manager, of(place, Kind.BILLS))
    with pytest.raises(NotFound):
        await begin(new, bill.id)
    with pytest.raises(Forbidden):
        await service.confirm(old, asked.id, SEEN)
    async with transaction():
        await service.confirm(new, asked.id, SEEN)
    assert (await Bill.get(id=bill.id)).tenure == 1
    with pytest.raises(NotFound):
        await begin(old, bill.id)
    await arrive(await begin(new, bill.id))


async def test_debts_that_changed_meanwhile_do_not_go_over(place: Estate) -> None:  # noqa: F811
    old, new = await sold(place)
    asked = await service.ask(place.manager, of(place, Kind.BILLS))
    bill = await bill_of(place.homes[0].id)
    await begin(old, bill.id)
    with pytest.raises(Conflict):
        async with transaction():
            await service.confirm(new, asked.id, SEEN)
    assert (await Bill.get(id=bill.id)).tenure == 0


async def test_nothing_to_settle(place: Estate) -> None:  # noqa: F811
    ann, _ = await place.move_in("ann", place.homes[0])
    with pytest.raises(Conflict):
        await service.ask(ann, of(place, Kind.REFUND))


async def test_who_left_need_not_wait_for_the_next_owner(place: Estate) -> None:  # noqa: F811
    home = place.homes[0]
    ann, binding = await place.move_in("ann", home)
    async with transaction():
        out = await fees.top_up(ann, TopUpBody(dwelling_id=home.id, amount=5_000))
    await arrive(await Payment.get(id=out.id))
    with pytest.raises(Conflict):
        await service.ask(ann, of(place, Kind.REFUND))
    await place.move_out(binding)
    with pytest.raises(Conflict):
        await service.ask(ann, of(place, Kind.BALANCE))
    assert (await service.ask(ann, of(place, Kind.REFUND))).amount == 5_000


async def test_called_off(place: Estate) -> None:  # noqa: F811
    old, new = await sold(place)
    asked = await service.ask(old, of(place, Kind.BALANCE))
    assert (await service.drop(new, asked.id, SEEN)).status == "dropped"
    assert (await service.ask(old, of(place, Kind.REFUND))).status == "open"
