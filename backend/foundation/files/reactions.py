"""What follows for files from what happens to people."""

from backend.core.events import on
from backend.foundation.files import service
from backend.foundation.identity.events import AvatarChosen, UserErased
from backend.foundation.pushes.events import WeChatPushed
from backend.integrations.wechat_push import Push


@on(AvatarChosen)
async def use_avatar(event: AvatarChosen) -> None:
    await service.use_avatar(event.user_id)


@on(WeChatPushed)
async def take_verdict(event: WeChatPushed) -> None:
    if event.event == "wxa_media_check":
        await service.take_verdict(Push(**vars(event)))


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget_person(event.user_id)
