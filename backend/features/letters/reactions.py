"""What follows from moderation and from people leaving."""

from backend.core.events import on
from backend.features.letters import service
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused


@on(TextRefused)
async def refuse(event: TextRefused) -> None:
    if event.room == service.ROOM:
        await service.refuse(event.row_id)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
