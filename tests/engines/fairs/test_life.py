"""The table of a fair's moves: who may what when, the seven days, and lives by chance."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Post, Role
from backend.core.database import rows, transaction
from backend.core.errors import LinliError
from backend.core.states import moves_open_to
from backend.engines.fairs import queries, rules, service
from backend.engines.fairs.models import Fair
from backend.engines.fairs.service import PreviewTooLate, TooEarly
from backend.engines.fairs.states import ARRANGED, MOVES, PLANNED, S
from tests.engines.shops.conftest import frozen
from tests.foundation.conftest import City, city

__all__ = ["city", "frozen"]
PLANNER = Actor(1, (Post(1, Role.SOCIAL_WORKER, 3, "/1/2/3/"),))
STREET = Actor(2, (Post(2, Role.STREET_DISPATCHER, 2, "/1/2/"),))
ELSEWHERE = Actor(3, (Post(3, Role.SECRETARY, 4, "/1/2/4/"),))
BOTH = Actor(4, (*PLANNER.posts, *STREET.posts))
EXPECTED = {
    S.DRAFT: ("edit survey cancel", ""),
    S.SURVEYED: ("edit submit cancel", ""),
    S.SUBMITTED: ("cancel", "approve return"),
    S.APPROVED: ("arrange prepare cancel", ""),
    S.RETURNED: ("edit submit cancel", ""),
    S.PREPARING: ("arrange preview cancel", "preview-urgently"),
    S.PREVIEWED: ("retract open cancel", ""),
    S.OPEN: ("close", ""),
    S.CLOSED: ("review", ""),
    S.REVIEWED: ("", ""),
    S.CANCELLED: ("", ""),
}
MINUTE = timedelta(minutes=1)


def fair(status: S, created_by: int = 1) -> Fair:
    return Fair(id=1, area_path="/1/2/3/", status=status, version=1, created_by=created_by)


@pytest.mark.parametrize("status", S)
def test_who_may_what(status: S) -> None:
    community, street = EXPECTED[status]
    assert moves_open_to(MOVES, fair(status), PLANNER) == community.split()
    assert moves_open_to(MOVES, fair(status), STREET) == street.split()
    assert moves_open_to(MOVES, fair(status), ELSEWHERE) == []
    assert moves_open_to(MOVES, fair(status), Actor(9)) == []


def test_nobody_reviews_what_they_planned() -> None:
    assert moves_open_to(MOVES, fair(S.SUBMITTED, created_by=4), BOTH) == ["cancel"]
    assert "approve" in moves_open_to(MOVES, fair(S.SUBMITTED), BOTH)


@given(st.timedeltas(min_value=timedelta(days=-30), max_value=timedelta(days=30)))
def test_seven_days_to_the_microsecond(ahead: timedelta) -> None:
    now = clock.now()
    assert rules.is_early_enough(now + ahead, now) == (ahead >= timedelta(days=7))


async def stood(city: City, status: S, ahead: timedelta) -> Fair:
    """A fair that stands so and begins in so long."""
    start = clock.now() + ahead
    return await Fair.create(
        area_id=city.spring.id,
        area_path=city.spring.path,
        title="春晖集市",
        place="春晖广场",
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        exchange_rules="以物易物",
        status=status,
        created_at=clock.now(),
    )


@pytest.mark.parametrize("late", [0, 1])
async def test_the_seven_days_at_their_exact_limit(
    city: City, frozen: time_machine.Traveller, late: int
) -> None:
    """Seven full days are enough, a microsecond less is not."""
    made = await stood(city, S.PREPARING, timedelta(days=7) - timedelta(microseconds=late))
    if not late:
        await service.preview(SYSTEM, made)
        assert made.status is S.PREVIEWED
        return
    with pytest.raises(PreviewTooLate) as caught:
        await service.preview(SYSTEM, made)
    assert "latest" in caught.value.facts
    assert (await Fair.get(id=made.id)).status is S.PREPARING


async def test_an_emergency_has_grounds_that_are_audited(
    city: City, frozen: time_machine.Traveller
) -> None:
    made = await stood(city, S.PREPARING, timedelta(days=2))
    await service.preview(SYSTEM, made, emergency="汛期过后集中义修")
    assert (made.status, made.emergency) == (S.PREVIEWED, "汛期过后集中义修")
    sql = "SELECT detail FROM audit_entry WHERE action = 'fairs.preview-urgently'"
    assert [json.loads(row["detail"])["reason"] for row in await rows(sql)] == ["汛期过后集中义修"]


@pytest.mark.parametrize("missing", ["place", "exchange_rules"])
async def test_what_is_missing_is_said(
    city: City, frozen: time_machine.Traveller, missing: str
) -> None:
    made = await stood(city, S.PREPARING, timedelta(days=9))
    setattr(made, missing, "")
    with pytest.raises(LinliError) as caught:
        await service.preview(SYSTEM, made, emergency="紧急")
    assert missing in caught.value.fields  # type: ignore[attr-defined]


async def test_an_urgent_fair_is_not_over_yet(city: City, frozen: time_machine.Traveller) -> None:
    made = await stood(city, S.PREPARING, timedelta())
    with pytest.raises(PreviewTooLate):
        await service.preview(SYSTEM, made, emergency="紧急")


async def test_the_clock_opens_and_closes(city: City, frozen: time_machine.Traveller) -> None:
    made = await stood(city, S.PREVIEWED, timedelta(hours=2))
    with pytest.raises(TooEarly):
        await service.open_doors(SYSTEM, made)
    frozen.shift(timedelta(hours=2) - MINUTE)
    await service.look_at(made.id)
    assert (await Fair.get(id=made.id)).status is S.PREVIEWED
    frozen.shift(MINUTE)
    assert [one.id for one in await queries.behind()] == [made.id]
    await service.look_at(made.id)
    assert (await Fair.get(id=made.id)).status is S.OPEN
    frozen.shift(timedelta(hours=3))
    await service.look_at(made.id)
    assert (await Fair.get(id=made.id)).status is S.CLOSED
    assert await queries.behind() == []


async def _holds(fair_id: int) -> None:
    """What must be true of every fair, whatever was done to it."""
    row = await Fair.get(id=fair_id)
    if row.status in (S.PREVIEWED, S.OPEN, S.CLOSED, S.REVIEWED):
        assert row.starts_at is not None
        assert row.previewed_at is not None
        assert row.starts_at - row.previewed_at >= timedelta(days=7) or row.emergency
    if row.status in (S.OPEN, S.CLOSED, S.REVIEWED):
        assert row.opened_at is not None
        assert row.starts_at is not None
        assert row.opened_at >= row.starts_at - rules.EARLY


async def _do(one: Fair, name: str, data: Any, traveller: time_machine.Traveller) -> None:
    if name == "arrange":
        start = clock.now() + data.draw(st.sampled_from([timedelta(days=7), timedelta(days=3)]))
        times = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
        await service.arrange(SYSTEM, one, None, **times, place="广场", exchange_rules="以物易物")
    elif name == "preview":
        await service.preview(SYSTEM, one)
    elif name == "preview-urgently":
        await service.preview(SYSTEM, one, emergency="紧急义诊")
    elif name == "open":
        await service.open_doors(SYSTEM, one)
    elif name == "close":
        await service.close(SYSTEM, one)
    elif name == "cancel":
        await service.cancel(SYSTEM, one, None, "天气")
    elif name == "wait":
        traveller.shift(data.draw(st.sampled_from([MINUTE, timedelta(days=3), timedelta(days=7)])))
        await service.look_at(one.id)
    else:
        await service.move(SYSTEM, one, name)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_lives_by_chance_keep_the_seven_days(
    city: City, frozen: time_machine.Traveller, data: Any
) -> None:
    """Any moves at any time, open or not: what the table or a rule forbids changes nothing."""
    made = await stood(city, S.DRAFT, timedelta(days=7))
    for _ in range(data.draw(st.integers(4, 18))):
        one = await Fair.get(id=made.id)
        may = [name for name, move in MOVES.items() if one.status in move.sources]
        wild = data.draw(st.sampled_from([*MOVES, "wait"]))
        name = data.draw(st.sampled_from([*may, "wait", wild]))
        before = (one.status, one.version)
        try:
            async with transaction():
                await _do(one, name, data, frozen)
        except LinliError:
            after = await Fair.get(id=made.id)
            assert (after.status, after.version) == before
        else:
            assert name in [*may, "wait"]
        await _holds(made.id)


def test_every_status_is_somewhere() -> None:
    assert set(EXPECTED) == set(S)
    assert not PLANNED & ARRANGED
