"""What was found risky, and people leaving."""

from backend.core.events import on
from backend.engines.opinions import service
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused


@on(TextRefused)
async def hide_risky(event: TextRefused) -> None:
    if event.room == service.ROOM:
        await service.hide_risky(event.row_id)


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget(event.user_id)
