"""What follows from the fair's own moves and from people leaving."""

from backend.core.events import on
from backend.engines.fairs.events import FairMoved
from backend.features.offerings import service
from backend.foundation.identity.events import UserErased


@on(FairMoved)
async def follow_fair(event: FairMoved) -> None:
    await service.follow(event.fair_id, event.move, event.reason)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
