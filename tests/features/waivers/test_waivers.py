"""Small ones hold at once, others wait for a second person, nobody rules on their own."""

import pytest

from backend.core import clock
from backend.core.actor import Actor, Post, Role
from backend.core.database import transaction
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from backend.engines.bills import queries as bills
from backend.engines.bills.models import Bill
from backend.engines.tariffs.rules import Period, span_of
from backend.features.waivers import queries, service
from backend.features.waivers.schemas import RulingBody, WaiverNew, WaiverQuery
from tests.estate import Estate
from tests.features.fees.conftest import begin, bill_of, issue, place  # noqa: F401 - a fixture

SEEN = RulingBody(version=1)


def of(bill: Bill, amount: int) -> WaiverNew:
    return WaiverNew(bill_id=bill.id, amount=amount, ground="service", note="电梯停运三天")  # type: ignore[arg-type]


def accountant(place: Estate) -> Actor:  # noqa: F811
    return place.staff(Role.ACCOUNTANT, 905)


async def test_a_managers_small_one_holds_at_once_but_they_add_up(place: Estate) -> None:  # noqa: F811
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    async with transaction():
        first = await service.ask(place.manager, of(bill, 15_000))
        second = await service.ask(place.manager, of(bill, 15_000))
    assert (first.status, second.status) == ("approved", "asked")
    assert (await Bill.get(id=bill.id)).owed == 33_563 - 15_000
    assert second.moves == ["withdraw"]
    with pytest.raises(Forbidden):
        await service.approve(place.manager, second.id, SEEN)
    async with transaction():
        done = await service.approve(accountant(place), second.id, SEEN)
    assert (done.status, (await Bill.get(id=bill.id)).owed) == ("approved", 3_563)
    with pytest.raises(WrongState):
        await service.approve(accountant(place), second.id, RulingBody(version=9))
    assert await bills.check() == []


async def test_a_cashiers_always_waits(place: Estate) -> None:  # noqa: F811
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    asked = await service.ask(place.cashier, of(bill, 1))
    assert asked.status == "asked"
    (listed,) = (await queries.listed(place.manager, WaiverQuery())).items
    assert listed.moves == ["approve", "refuse"]
    with pytest.raises(Invalid):
        await service.refuse(place.manager, asked.id, SEEN)
    why = RulingBody(version=1, note="没有依据")
    assert (await service.refuse(place.manager, asked.id, why)).status == "refused"
    assert (await Bill.get(id=bill.id)).owed == bill.owed


async def test_not_more_than_is_owed_and_not_while_it_is_paid(place: Estate) -> None:  # noqa: F811
    ann, _ = await place.move_in("ann", place.homes[0])
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    with pytest.raises(Invalid):
        await service.ask(place.manager, of(bill, bill.owed + 1))
    asked = await service.ask(place.cashier, of(bill, bill.owed))
    await begin(ann, bill.id)
    with pytest.raises(Conflict):
        async with transaction():
            await service.approve(place.manager, asked.id, SEEN)
    assert (await queries.listed(place.manager, WaiverQuery())).items[0].status == "asked"


async def test_a_standing_discount_waits_and_then_holds_for_coming_bills(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff()
    first = span_of(Period.QUARTER, clock.today()).first
    body = {"tariff_id": tariff_id, "dwelling_id": place.homes[0].id, "percent": 50}
    body |= {"from_on": first, "ground": "vacant", "note": "空置满六个月"}
    asked = await service.ask(place.manager, WaiverNew.model_validate(body))
    assert asked.status == "asked"
    await service.approve(accountant(place), asked.id, SEEN)
    await issue(place, tariff_id)
    assert (await bill_of(place.homes[0].id)).amount == 16_782
    elsewhere = WaiverNew.model_validate(body | {"dwelling_id": place.elsewhere.id})
    with pytest.raises(NotFound):
        await service.ask(place.manager, elsewhere)


async def test_only_the_firms_own(place: Estate) -> None:  # noqa: F811
    await issue(place, await place.tariff())
    bill = await bill_of(place.homes[0].id)
    asked = await service.ask(place.cashier, of(bill, 1))
    rival = place.staff(Role.PROPERTY_MANAGER, is_rival=True)
    without = Actor(7, (Post(1, Role.PROPERTY_MANAGER, 1, place.compound.path or ""),))
    for nobody in (rival, without):
        with pytest.raises(NotFound):
            await service.approve(nobody, asked.id, SEEN)
        with pytest.raises(NotFound):
            await service.ask(nobody, of(bill, 1))
        assert (await queries.listed(nobody, WaiverQuery())).items == []


def test_either_a_bill_or_a_standing_one() -> None:
    for wrong in ({"bill_id": 1}, {"amount": 1}, {"bill_id": 1, "amount": 1, "percent": 5}, {}):
        with pytest.raises(ValueError, match="减免"):
            WaiverNew.model_validate(wrong | {"ground": "vacant", "note": "空置满六个月"})
