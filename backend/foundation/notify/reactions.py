"""What follows from WeChat's pushes and from people leaving."""

from backend.core.events import on
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service
from backend.foundation.pushes.events import WeChatPushed
from backend.integrations.wechat_push import Push, subscriptions

ANSWERS = frozenset({"subscribe_msg_popup_event", "subscribe_msg_change_event"})


@on(WeChatPushed)
async def heed_answers(event: WeChatPushed) -> None:
    push = Push(**vars(event))
    for told in subscriptions(push) if event.event in ANSWERS else ():
        await service.take_pushed_answer(push, told)


@on(WeChatPushed)
async def heed_outcomes(event: WeChatPushed) -> None:
    push = Push(**vars(event))
    for told in subscriptions(push) if event.event == "subscribe_msg_sent_event" else ():
        await service.take_pushed_outcome(push, told)


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget_person(event.user_id)
