"""What follows for volunteering from what happens elsewhere."""

from backend.core.events import on
from backend.engines.bookings.events import BookingMoved
from backend.features.volunteering import service
from backend.features.volunteering.rules import KIND
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased

SERVED = frozenset({"check-out", "see-off", "finish", "attest"})


@on(BookingMoved)
async def propose(event: BookingMoved) -> None:
    if event.owner_kind == KIND and event.move in SERVED:
        await service.propose(event.booking_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
