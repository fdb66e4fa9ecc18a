"""What was booked stays with its community."""

from backend.core.events import on
from backend.features.pools import service
from backend.foundation.areas.events import AreaMoved


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)
