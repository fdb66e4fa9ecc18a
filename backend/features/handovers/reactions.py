"""What follows from people leaving."""

from backend.core.events import on
from backend.features.handovers import service
from backend.foundation.identity.events import UserErased


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
