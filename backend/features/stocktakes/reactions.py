"""Counts follow their areas."""

from backend.core.events import on
from backend.features.stocktakes import service
from backend.foundation.areas.events import AreaMoved


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)
