"""What the neighbours of one community do together, for tests of who may see and touch what."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.engines.bookings import service as bookings
from backend.engines.bookings.service import NewSlot

GATHERINGS = (
    ("bookings_slot", "id", "slot_id"),
    ("bookings_booking", "id", "booking_id"),
)
"""Table, column, and whose id it bears: rows that nobody from elsewhere may change."""


async def gather(home: Any) -> None:
    """Something to take part in, which the neighbour does."""
    start = clock.now() + timedelta(days=1)
    slot = await bookings.open_slot(
        SYSTEM,
        NewSlot(
            owner_kind="test",
            owner_id=1,
            link="/pages/test?id=1",
            area_path=home.area_path,
            title="秘密社区里的话",
            place="1号楼",
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            quota=9,
        ),
    )
    booking = await bookings.book(Actor(home.ids["user_id"]), slot.id)
    home.ids |= {"slot_id": slot.id, "booking_id": booking.id}
