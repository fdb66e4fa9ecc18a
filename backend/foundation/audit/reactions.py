"""Recording what the room below us does: areas cannot call upwards."""

from backend.core.actor import Actor
from backend.core.events import on
from backend.foundation.areas.events import AreaChanged, AreaMoved
from backend.foundation.audit import service


@on(AreaChanged)
async def record_change(event: AreaChanged) -> None:
    subject = f"area:{event.area_id}"
    await service.record(Actor(event.by), f"areas.{event.action}", subject, event.path)


@on(AreaMoved)
async def record_move(event: AreaMoved) -> None:
    subject = f"area:{event.area_id}"
    said = {"from_path": event.from_path, "to_path": event.to_path}
    await service.record(Actor(event.by), "areas.moved", subject, event.to_path, **said)
