"""What follows from areas moving."""

from backend.core.database import move_paths
from backend.core.events import on
from backend.foundation.areas.events import AreaMoved


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await move_paths("electorates_electorate", event.from_path, event.to_path)
