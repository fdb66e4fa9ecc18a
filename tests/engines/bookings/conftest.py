"""A slot, and people who want a place in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database, jobs
from backend.core.actor import Actor
from backend.engines.bookings import service
from backend.engines.bookings.models import Booking, Slot
from backend.engines.bookings.service import NewSlot

NOON = "2026-11-18T04:00:00Z"
HOST = Actor(1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


async def open_slot(**wanted: Any) -> Slot:
    """Tomorrow at noon for two hours, two places."""
    start = clock.now() + timedelta(days=1)
    usual: dict[str, Any] = {
        "owner_kind": "test",
        "owner_id": 7,
        "link": "/pages/test?id=7",
        "area_path": "/1/2/",
        "title": "清扫楼道",
        "place": "1号楼",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "quota": 2,
        "most_waiting": 50,
    }
    async with database.transaction():
        return await service.open_slot(HOST, NewSlot(**usual | wanted))


@dataclass
class Queue:
    """One slot, seen from outside: what people try, each in a transaction of their own."""

    slot_id: int

    async def book(self, user: int) -> str:
        """The status got, or the code of the refusal."""

        async def work() -> Booking:
            async with database.transaction():
                return await service.book(Actor(user), self.slot_id)

        return str((await database.again(work, safely=False)).status)

    async def cancel(self, user: int) -> None:
        one = await Booking.filter(slot_id=self.slot_id, user_id=user).exclude(live_key=None).get()

        async def work() -> None:
            async with database.transaction():
                await service.cancel(Actor(user), one.id)

        await database.again(work, safely=False)

    async def change(self, **changes: Any) -> None:
        async with database.transaction():
            slot = await Slot.get(id=self.slot_id)
            await service.change(HOST, self.slot_id, slot.version, **changes)

    async def now(self) -> dict[int, str]:
        """Person → status, in turn."""
        found = await Booking.filter(slot_id=self.slot_id).order_by("turn")
        return {one.user_id or 0: str(one.status) for one in found}

    async def counts(self) -> tuple[int, int]:
        slot = await Slot.get(id=self.slot_id)
        return slot.taken, slot.waiting


async def work() -> None:
    """Let the worker do all that is due."""
    while await jobs.run_due():
        pass
    assert await jobs.dead() == []
