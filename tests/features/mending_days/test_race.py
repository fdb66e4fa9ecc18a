"""Sixteen at once, on both databases: one turn is one person's, and nobody is at two places."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend.engines.bookings.models import Booking
from backend.engines.craftsmen.models import CraftCall, Engagement
from backend.features.mending_days import service
from backend.features.mending_days.models import Bench
from backend.foundation.areas.models import Dwelling
from backend.foundation.residents.models import Relation
from tests.features.mending_days.conftest import API, NINE, Square, mine, turn_id

CROWD = [f"guest{number}" for number in range(16)]


@pytest.fixture
async def crowd(square: Square) -> Square:
    """Sixteen households more."""
    for name in CROWD:
        home = await Dwelling.create(area_id=square.city.unit.id, number=f"of-{name}")
        await square.settle(name, home, Relation.OWNER)
    return square


async def test_sixteen_for_the_last_turn(crowd: Square) -> None:
    day = await crowd.day()
    for number, who in enumerate(("owner", "neighbour", "family")):
        await crowd.take(who, day, number)
    last = turn_id(day, 3)
    said = Counter(await asyncio.gather(*(crowd.try_to_take(who, last) for who in CROWD)))
    assert said == {"": 1, "full_up": 15}
    assert await Booking.filter(slot_id=last).count() == 1


async def test_sixteen_turns_of_one_person_at_once(square: Square) -> None:
    both = [await square.craftsman("upstairs"), await square.craftsman("neighbour")]
    day = await square.announce(*both, most_each=2)
    turns = [turn_id(day, number, bench) for number in range(4) for bench in (0, 1)] * 2
    said = Counter(await asyncio.gather(*(square.try_to_take("owner", one) for one in turns)))
    assert said[""] == 2
    assert set(said) <= {"", "same_time", "enough_turns", "already_booked"}
    held = await Booking.all().select_related("slot")
    assert len({one.slot.starts_at for one in held}) == len(held) == 2


async def _nothing(*_: Any) -> None:
    return None


@pytest.mark.parametrize("db", ["mariadb"], indirect=True)
async def test_the_race_would_notice_nobody_waiting(
    square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without waiting for each other one person gets too many. (On SQLite all that write
    wait for each other anyhow.)"""
    look: Callable[..., Awaitable[None]] = service._check_room

    async def look_and_think(*given: Any) -> None:
        await look(*given)
        await asyncio.sleep(0.2)

    monkeypatch.setattr(service, "_wait_turn", _nothing)
    monkeypatch.setattr(service, "_check_room", look_and_think)
    day = await square.day(most_each=1)
    turns = [turn_id(day, number) for number in range(4)] * 4
    said = Counter(await asyncio.gather(*(square.try_to_take("owner", one) for one in turns)))
    assert said[""] > 1


async def test_one_code_read_sixteen_times(square: Square) -> None:
    day = await square.day()
    code = mine(await square.take("owner", day))["code"]
    square.go_to(NINE)
    path = f"{API}/mending-days/benches/{day['bench_list'][0]['id']}/read"
    answers = await asyncio.gather(
        *(
            square.client.post(path, json={"code": code}, headers=square.headers["upstairs"])
            for _ in CROWD
        )
    )
    assert Counter(one.status_code for one in answers) == {200: 1, 409: 15}
    assert (await Bench.get()).served == 1


async def test_benches_and_calls_at_the_same_moment(square: Square) -> None:
    """Of all that want a craftsman for a morning one gets them."""
    one = await square.craftsman("upstairs")
    calls = [await square.ask(who) for who in ("owner", "neighbour", "owner", "neighbour")]
    body = {
        "area_id": square.city.spring.id,
        "place": "文化广场",
        "starts_at": NINE.isoformat(),
        "ends_at": NINE.replace(hour=11).isoformat(),
        "benches": [square.bench(one)],
    }
    wanted = [("worker", "/mending-days", body)] * 8
    wanted += [("upstairs", f"/calls/{call['id']}/accept", {}) for call in calls * 2]
    answers = await asyncio.gather(
        *(
            square.client.post(f"{API}{path}", json=said, headers=square.headers[who])
            for who, path, said in wanted
        )
    )
    assert sum(one.is_success for one in answers) == 1
    assert await Engagement.all().count() == 1
    accepted = await CraftCall.filter(status="accepted").count()
    assert accepted + await Bench.all().count() == 1
