"""What follows for residents from what happens elsewhere."""

from backend.core.events import on
from backend.foundation.identity.events import UserErased
from backend.foundation.residents import service


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.erase(event.user_id)
