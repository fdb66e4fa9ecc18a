"""What follows for slots from what happens here and elsewhere."""

from backend.core.events import on
from backend.engines.bookings import service
from backend.engines.bookings.events import PlacesFreed
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased


@on(PlacesFreed)
async def move_up(event: PlacesFreed) -> None:
    await service.move_up(event.slot_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
