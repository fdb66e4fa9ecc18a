"""What follows from the fair's end, from moderation and from people leaving."""

from backend.core.events import on
from backend.engines.fairs.events import FairMoved
from backend.features.exchanges import service
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused


@on(FairMoved)
async def end(event: FairMoved) -> None:
    if event.move in ("close", "cancel"):
        await service.end(event.fair_id)


@on(TextRefused)
async def hide(event: TextRefused) -> None:
    if event.room == service.ROOM:
        await service.hide(event.row_id)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
