"""Forgetting who left."""

from backend.core.events import on
from backend.features.carts import service
from backend.foundation.identity.events import UserErased


@on(UserErased)
async def forget_cart(event: UserErased) -> None:
    await service.forget(event.user_id)
