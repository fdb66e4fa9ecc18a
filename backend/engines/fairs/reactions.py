"""What follows for fairs from people leaving and from areas moving."""

from backend.core.events import on
from backend.engines.fairs import service
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
