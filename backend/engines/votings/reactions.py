"""What follows from people leaving and areas moving."""

from backend.core.database import move_paths
from backend.core.events import on
from backend.engines.votings import service
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased


@on(UserErased)
async def forget_voter(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await move_paths("votings_voting", event.from_path, event.to_path)
