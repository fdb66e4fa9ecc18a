"""By age and place; reminders that are few, by day, and not for whoever does not want them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.core import clock
from backend.core.actor import Role
from backend.core.database import transaction
from backend.core.errors import Invalid, NotFound
from backend.engines.bills.models import Bill
from backend.features.arrears import jobs, queries, rules, service
from backend.features.arrears.models import Reminder
from backend.features.arrears.schemas import (
    AgeingQuery,
    DebtorQuery,
    MuteBody,
    PlanBody,
    RemindBody,
)
from backend.features.fees import service as fees
from backend.features.fees.schemas import DisputeBody
from backend.foundation.notify.models import Message
from tests.estate import Estate
from tests.features.fees.conftest import (  # noqa: F401 - a fixture
    bill_of,
    issue,
    place,
    work_off,
)

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "wait", lambda now: timedelta())


async def overdue(place: Estate, days: int = 40) -> None:  # noqa: F811
    await issue(place, await place.tariff())
    await Bill.all().update(due_on=clock.today() - timedelta(days=days))


async def remind(place: Estate, **more: Any) -> int:  # noqa: F811
    body = RemindBody(**({"area_id": place.compound.id} | more))
    async with transaction():
        done = await service.remind(place.manager, body)
    await work_off()
    return done.reminded


async def told(user_id: int) -> int:
    return await Message.filter(user_id=user_id, template="arrears.reminder").count()


async def test_by_age_and_place(place: Estate) -> None:  # noqa: F811
    await overdue(place)
    found = await queries.ageing(place.manager, AgeingQuery())
    assert (found.owed, found.overdue) == (78_563, 78_563)
    assert {one.name: one.owed for one in found.ages if one.owed} == {"31–90 天": 78_563}
    (compound,) = found.compounds
    assert (compound.dwellings, compound.billed, compound.collected) == (2, 78_563, 0)
    page = await queries.debtors(place.manager, DebtorQuery(limit=1))
    assert page.items[0].owed == 45_000
    second = await queries.debtors(place.manager, DebtorQuery(limit=1, cursor=page.next))
    assert (second.items[0].owed, second.next) == (33_563, None)
    assert (await queries.debtors(place.manager, DebtorQuery(min_days=41))).items == []
    for nobody in (place.staff(Role.PROPERTY_MANAGER, is_rival=True), await place.person("x")):
        assert (await queries.ageing(nobody, AgeingQuery())).owed == 0
        assert (await queries.debtors(nobody, DebtorQuery())).items == []


async def test_few_reminders(place: Estate) -> None:  # noqa: F811
    ann, _ = await place.move_in("ann", place.homes[0])
    await overdue(place)
    assert await remind(place) == 2
    assert await told(ann.user_id) == 1
    assert await remind(place) == 0
    await Reminder.all().update(
        sent_at=clock.now() - timedelta(days=6), day=clock.today() - timedelta(days=6)
    )
    assert await remind(place) == 2
    await Reminder.all().update(sent_at=clock.now() - timedelta(days=7))
    assert await remind(place) == 0  # twice within thirty days
    assert await told(ann.user_id) == 2


async def test_whoever_does_not_want_it_is_not_told(place: Estate) -> None:  # noqa: F811
    ann, _ = await place.move_in("ann", place.homes[0])
    bob, _ = await place.move_in("bob", place.homes[0])
    await overdue(place)
    await service.mute(ann, MuteBody())
    await service.mute(ann, MuteBody())
    assert (await service.is_muted(ann)).is_muted
    await remind(place)
    assert (await told(ann.user_id), await told(bob.user_id)) == (0, 1)
    await service.mute(ann, MuteBody(is_muted=False))
    assert not (await service.is_muted(ann)).is_muted


async def test_a_plan_and_a_dispute_pause_it(place: Estate) -> None:  # noqa: F811
    ann, _ = await place.move_in("ann", place.homes[0])
    await overdue(place)
    bill = await bill_of(place.homes[0].id)
    async with transaction():
        await fees.dispute(ann, bill.id, DisputeBody(text="面积和房产证不一致"))
    later = clock.today() + timedelta(days=30)
    plan = PlanBody(dwelling_id=place.homes[1].id, note="下月缴清", until_on=later)
    await service.plan(place.manager, plan)
    found = (await queries.debtors(place.manager, DebtorQuery())).items
    assert [(one.disputed, one.plan_note, one.may_remind) for one in found] == [
        (0, "下月缴清", False),
        (33_563, "", False),
    ]
    assert await remind(place) == 0
    await jobs.remind()
    await work_off()
    assert not await Reminder.exists()
    with pytest.raises(Invalid):
        await service.plan(place.manager, plan.model_copy(update={"until_on": NOON.date()}))
    with pytest.raises(NotFound):
        await service.plan(place.staff(Role.CASHIER, is_rival=True), plan)


async def test_the_house_reminds_by_itself_after_a_week(place: Estate) -> None:  # noqa: F811
    ann, _ = await place.move_in("ann", place.homes[0])
    await overdue(place, days=7)
    await jobs.remind()
    await work_off()
    assert await told(ann.user_id) == 0
    await Bill.all().update(due_on=clock.today() - timedelta(days=8))
    for _ in range(3):
        await jobs.remind()
        await work_off()
    assert await told(ann.user_id) == 1


async def test_somebody_must_be_chosen(place: Estate) -> None:  # noqa: F811
    with pytest.raises(Invalid):
        await service.remind(place.manager, RemindBody())


@pytest.mark.parametrize(
    ("hour", "minutes"), [(4, 0), (1, 0), (0, 60), (12, 13 * 60), (18, 7 * 60), (11, 0)]
)
def test_not_in_the_evening_or_at_night(
    hour: int, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hours in UTC: eight behind the wall clock."""
    monkeypatch.undo()
    assert rules.wait(NOON.replace(hour=hour)) == timedelta(minutes=minutes)
