"""What follows for files from what happens to people."""

from backend.core.events import on
from backend.foundation.files import service
from backend.foundation.identity.events import AvatarChosen, UserErased


@on(AvatarChosen)
async def use_avatar(event: AvatarChosen) -> None:
    await service.use_avatar(event.user_id)


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget_person(event.user_id)
