"""Forgetting who left."""

from backend.core.events import on
from backend.engines.goods import service
from backend.foundation.identity.events import UserErased


@on(UserErased)
async def forget_takings(event: UserErased) -> None:
    await service.forget(event.user_id)
