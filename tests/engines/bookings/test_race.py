"""Sixteen at once, on both databases: exactly as many places as there are, and nobody twice."""

import asyncio
from collections import Counter

import pytest

from backend.core import database
from backend.core.errors import LinliError
from backend.engines.bookings import service
from backend.engines.bookings.models import Booking, Slot
from backend.engines.bookings.states import B
from tests.engines.bookings.conftest import Queue, open_slot, work

CROWD = range(100, 116)


async def _try(queue: Queue, who: int) -> str:
    try:
        return await queue.book(who)
    except LinliError as error:
        return error.code


async def _sound(slot_id: int) -> Slot:
    """Counts and rows say the same; turns are all different."""
    slot = await Slot.get(id=slot_id)
    held = await Booking.filter(slot_id=slot_id, status__in=["booked", "offered"]).count()
    waiting = await Booking.filter(slot_id=slot_id, status=B.WAITING).count()
    turns = await Booking.filter(slot_id=slot_id).values_list("turn", flat=True)
    assert (slot.taken, slot.waiting) == (held, waiting)
    assert held <= slot.quota
    assert len(set(turns)) == len(turns)
    return slot


async def test_sixteen_for_five_places(db: str) -> None:
    queue = Queue((await open_slot(quota=5, most_waiting=6)).id)
    said = Counter(await asyncio.gather(*(_try(queue, who) for who in CROWD)))
    assert said == {"booked": 5, "waiting": 6, "full_up": 5}
    await _sound(queue.slot_id)


async def test_one_person_sixteen_times(db: str) -> None:
    queue = Queue((await open_slot(quota=5)).id)
    said = Counter(await asyncio.gather(*(_try(queue, 100) for _ in CROWD)))
    assert said == {"booked": 1, "already_booked": 15}
    assert await queue.counts() == (1, 0)


async def test_coming_and_going_at_once(db: str) -> None:
    """Half give up while half sign up; once the worker has run, nobody waits beside a free place
    and those who waited got theirs in turn."""
    queue = Queue((await open_slot(quota=4, most_waiting=50)).id)
    for who in CROWD:
        await queue.book(who)
    leaving = [queue.cancel(who) for who in CROWD if who % 2 == 0]
    coming = [queue.book(who) for who in range(200, 208)]
    await asyncio.gather(*leaving, *coming)
    await work()
    slot = await _sound(queue.slot_id)
    assert (slot.taken, slot.waiting) == (4, 12)
    found = await queue.now()
    in_turn = [who for who in found if found[who] in ("booked", "waiting")]
    assert [found[who] for who in in_turn] == ["booked"] * 4 + ["waiting"] * 12


async def test_the_race_would_notice_check_then_act(db: str) -> None:
    """The same without condition and without holding the slot gives too many: the test can fail."""
    slot_id = (await open_slot(quota=5)).id
    got = 0

    async def book() -> None:
        nonlocal got
        slot = await Slot.get(id=slot_id)
        await asyncio.sleep(0)
        if slot.taken < slot.quota:
            sql = "UPDATE bookings_slot SET taken = ? WHERE id = ?"
            await database.execute(sql, slot.taken + 1, slot_id)
            got += 1

    await asyncio.gather(*(book() for _ in CROWD))
    assert got > 5


@pytest.mark.parametrize("quota", [5, 1])
async def test_the_statement_alone_guards_the_quota(db: str, quota: int) -> None:
    """Even with nobody holding the slot's row."""
    slot = await open_slot(quota=quota)
    taken = await asyncio.gather(*(service._take(Slot(id=slot.id)) for _ in CROWD))
    assert sum(taken) == quota
