"""What earns points: by the rules of the place, for residents, never for staff."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.actor import Actor, Role
from backend.core.database import execute, rows, transaction
from backend.core.events import emit
from backend.engines.awards.models import Award
from backend.engines.hours import queries as booked
from backend.engines.hours import service as hours
from backend.engines.hours.models import ServiceHour
from backend.engines.hours.schemas import ConfirmBody, CorrectBody
from backend.engines.orders.events import OrderRated
from backend.engines.surveys.events import SurveyAnswered
from backend.engines.surveys.models import Survey
from backend.engines.surveys.rules import Per, Reach
from backend.engines.wishes.events import WishConfirmed
from backend.foundation.areas.events import AreaMoved
from backend.oversight.rewards import queries, rules, service
from tests.engines.points.conftest import Bank, city, frozen, house

__all__ = ["city", "frozen", "house"]

DAY = date(2026, 11, 18)
RULE = {"amount": 5, "daily": 8, "monthly": 9, "grounds": "居民议事会讨论通过"}


async def rated(house: Bank, order_id: int, who: str | None, community: int | None = None) -> None:
    reporter = house.ids[who] if who else None
    fact: dict[str, Any] = dict.fromkeys(
        ("event_id", "kind", "grade", "actor_id", "handler_id", "party", "unit_id")
    )
    place = community or house.city.spring.id
    async with transaction():
        await emit(OrderRated(order_id=order_id, reporter_id=reporter, community_id=place, **fact))
    await house.work()


async def test_a_rating_is_rewarded_once(house: Bank) -> None:
    for _ in range(2):
        await rated(house, 1, "ann")
    assert await house.balance("ann") == 2
    await rated(house, 2, None)
    seen = (await house.call("ann", "/awards/mine"))["items"]
    assert [(one["title"], one["amount"]) for one in seen] == [("评价办结的诉求", 2)]
    await house.agrees()


async def test_staff_earn_nothing_where_they_are_staff(house: Bank) -> None:
    """Even those who live there; elsewhere they are residents like all."""
    await house.person("worker", house.city.home, post=(Role.SOCIAL_WORKER, house.city.spring))
    await house.person("head", house.city.home, post=(Role.BUILDING_HEAD, house.city.county))
    await house.person("boss", house.city.home, post=(Role.STREET_DISPATCHER, house.city.street))
    for number, who in enumerate(("worker", "head", "boss", "office")):
        await rated(house, number, who)
    assert await Award.all().count() == 0
    await rated(house, 9, "worker", house.city.autumn.id)
    assert await house.balance("worker") == 2


async def test_only_residents_earn(house: Bank) -> None:
    await rated(house, 1, "eve")
    assert await Award.all().count() == 0


async def test_an_anonymous_answer_is_nobodys(house: Bank) -> None:
    survey = await Survey.create(
        area_id=house.city.spring.id,
        area_path=house.city.spring.path,
        title="问卷",
        questions=[],
        per=Per.PERSON,
        reach=next(iter(Reach)),
        is_anonymous=True,
        is_public=False,
        created_by=0,
        created_at="2026-11-18T04:00:00Z",
    )
    for who in (None, house.ids["ann"], house.ids["ann"]):
        async with transaction():
            await emit(SurveyAnswered(survey.id, "", who))
        await house.work()
    assert [(one.user_id, one.amount) for one in await Award.all()] == [(house.ids["ann"], 3)]


@dataclass
class Shift:
    """Hours that ann served and the secretary confirmed, before any reaction to it has run."""

    house: Bank
    id: int = 0

    async def confirm(self, minutes: int) -> None:
        spring = self.house.city.spring.path or ""
        done = hours.Service("b:1", self.house.ids["ann"], "p", 1, "值守", spring, DAY, minutes)
        async with transaction():
            self.id = (await hours.propose(done)).id
            await hours.confirm(self.host(), await self.row(), ConfirmBody(), is_staff=True)

    async def correct(self, minutes: int) -> None:
        said = CorrectBody(minutes=minutes, reason="核对签到")
        async with transaction():
            await hours.correct(self.host(), await self.row(), said, is_staff=True)

    def host(self) -> Actor:
        return Actor(self.house.ids["secretary"])

    async def row(self) -> ServiceHour:
        return await booked.hosted(self.id, "p")

    async def postpone(self, reaction: str) -> None:
        """Its jobs come after all others."""
        later = clock.now() + timedelta(hours=1)
        name = f"oversight.rewards.reactions.{reaction}"
        put = "UPDATE core_job SET run_at = ? WHERE name = ?"
        assert await execute(put, later, name)

    async def balance(self) -> int:
        await self.house.work()
        await self.house.agrees()
        return await self.house.balance("ann")


async def test_hours_are_rewarded_and_corrected(house: Bank) -> None:
    shift = Shift(house)
    await shift.confirm(150)
    assert await shift.balance() == 25
    for minutes, balance in ((90, 15), (120, 20), (0, 0), (60, 10)):
        await shift.correct(minutes)
        assert await shift.balance() == balance


@pytest.mark.parametrize("last", ["reward_hours", "reward_corrected_hours"])
async def test_corrections_may_come_before_what_they_correct(
    house: Bank, frozen: time_machine.Traveller, last: str
) -> None:
    """Reactions are jobs: whichever comes first, the minutes as they stand are rewarded, once."""
    shift = Shift(house)
    await shift.confirm(150)
    await shift.correct(90)
    await shift.correct(120)
    await shift.postpone(last)
    assert await shift.balance() == 20
    frozen.shift(timedelta(hours=2))
    assert await shift.balance() == 20
    assert await rows("SELECT 1 AS n FROM core_job WHERE name LIKE '%reward%'") == []


async def test_a_wish_is_rewarded_once_confirmed(house: Bank) -> None:
    for _ in range(2):
        async with transaction():
            path = house.city.spring.path or ""
            await emit(WishConfirmed(5, 3, house.ids["ann"], path, shares=2))
            await emit(WishConfirmed(6, 3, 0, path, shares=1))
        await house.work()
    assert await house.balance("ann") == 40


async def test_a_place_has_its_own_rules_with_history(house: Bank) -> None:
    path = f"/rewards/areas/{house.city.spring.id}"
    await house.call("ann", f"{path}/order_rated", RULE, method="PUT", status=403)
    await house.call("far_secretary", f"{path}/order_rated", RULE, method="PUT", status=404)
    await house.call("secretary", f"{path}/nonsense", RULE, method="PUT", status=404)
    done = await house.call("secretary", f"{path}/order_rated", RULE, method="PUT")
    assert (done["amount"], done["is_own"], done["version"]) == (5, True, 1)
    await house.call("secretary", f"{path}/order_rated", RULE, method="PUT", status=409)
    again = RULE | {"version": 1, "monthly": 12}
    await house.call("secretary", f"{path}/order_rated", again, method="PUT")
    for number, amount in enumerate((5, 8, 8)):
        await rated(house, number, "ann")
        assert await house.balance("ann") == amount
    said = (await house.call("secretary", "/rewards/changes", area_id=house.city.spring.id))[
        "items"
    ]
    assert [(one["before"]["monthly"], one["after"]["monthly"]) for one in said] == [
        (9, 12),
        (20, 9),
    ]
    assert said[0]["changed_by_name"] == "secretary"
    await house.call("far_secretary", "/rewards/changes", area_id=house.city.spring.id, status=404)
    mine = {one["kind"]: one["amount"] for one in (await house.call("ann", "/rewards"))["items"]}
    theirs = {one["kind"]: one["amount"] for one in (await house.call("cat", "/rewards"))["items"]}
    assert (mine["order_rated"], theirs["order_rated"]) == (5, 2)


async def test_what_is_switched_off_earns_nothing(house: Bank) -> None:
    street = f"/rewards/areas/{house.city.street.id}/order_rated"
    await house.call("office", street, RULE | {"is_on": False}, method="PUT")
    await rated(house, 1, "ann")
    assert await house.balance("ann") == 0
    seen = await house.call("secretary", f"/rewards/areas/{house.city.spring.id}")
    assert (seen["items"][0]["is_on"], seen["items"][0]["is_own"]) == (False, False)


@pytest.mark.parametrize(
    "bad",
    [
        {"amount": -1},
        {"amount": 10**6},
        {"daily": -1},
        {"grounds": ""},
        {"user_id": 7},
        {"amount": 1.5},
    ],
)
async def test_bad_rules(house: Bank, bad: dict[str, Any]) -> None:
    path = f"/rewards/areas/{house.city.spring.id}/order_rated"
    await house.call("secretary", path, RULE | bad, method="PUT", status=422)


async def test_parts_are_rounded_down(house: Bank) -> None:
    terms = rules.Terms(10, 100, 100)
    found = [rules.points_for(terms, Fraction(minutes, 60)) for minutes in (0, 5, 59, 60, 90)]
    assert found == [0, 0, 9, 10, 15]


async def test_rules_follow_their_area(house: Bank) -> None:
    path = f"/rewards/areas/{house.city.spring.id}/order_rated"
    await house.call("secretary", path, RULE, method="PUT")
    async with transaction():
        await emit(AreaMoved(house.city.spring.id, house.city.spring.path or "", "/77/", by=0))
    await house.work()
    one = await queries.rule_at("/77/", "order_rated")
    assert one is not None
    assert one.amount == 5


async def test_what_came_to_nothing_is_taken_back(house: Bank) -> None:
    async with transaction():
        path = house.city.spring.path or ""
        await service.reward("order_rated", house.ids["ann"], path, key="deed")
    async with transaction():
        await service.undo("deed", "记录有误，重新核定")
        await service.undo("never", "记录有误，重新核定")
    assert await house.balance("ann") == 0
    await house.agrees()
