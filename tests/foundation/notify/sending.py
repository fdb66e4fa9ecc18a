"""What the tests of sending share: a template, people who agreed, and a worker."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from backend.core import clock, database, jobs
from backend.foundation.identity.models import User
from backend.foundation.notify import service
from backend.foundation.notify.messages import Template
from backend.foundation.notify.models import Consent, ConsentEntry, Delivery
from tests.wechat_mock.conftest import Mock
from wechat_mock.world import Template as WeChatTemplate

SEND = "/cgi-bin/message/subscribe/send"
TAKEN = Template(
    key="test.taken",
    title="您的诉求已有人接单",
    text="「{title}」由{who}处理。",
    wechat={"thing1": "{title}", "thing2": "{who}"},
    scene="report",
    reason="有人接单时告诉您",
)
URGENT = Template(
    key="test.urgent",
    title="工单已超时",
    text="「{title}」已超时。",
    wechat={"thing1": "{title}"},
    scene="take",
    is_urgent=True,
)
LATER = Template(
    key="test.later", title="回复", text="{title}", wechat={"thing1": "{title}"}, scene="report"
)
QUIET = Template(key="test.inbox", title="只在站内", text="{title}")
ALL = {one.key: one for one in (TAKEN, URGENT, LATER, QUIET)}


def openid_of(user_id: int) -> str:
    return f"oResident{user_id:04}"


async def person(weixin: Mock, *, agreed: int = 1, counted: int | None = None) -> int:
    """Somebody with `agreed` consents at WeChat, of which we have `counted`."""
    user = await User.create()
    await User.filter(id=user.id).update(openid=openid_of(user.id))
    weixin.world.visit(openid_of(user.id))
    for one in (TAKEN, URGENT, LATER):
        weixin.world.templates[one.key] = WeChatTemplate(
            one.key, one.called, {name: one.label(name) for name in one.wechat}
        )
        weixin.world.consent[(openid_of(user.id), one.key)] = agreed
        for _ in range(agreed if counted is None else counted):
            await accept(user.id, one)
    return user.id


async def accept(user_id: int, template: Template) -> None:
    async with database.transaction():
        consent = await service._locked(user_id, template.key)
        await service._enter(consent, 1, service.Cause.ACCEPT)


async def tell(to: int, template: Template = TAKEN, title: str = "路灯不亮") -> Delivery:
    async with database.transaction():
        await service.send(template, to=to, link="/pages/order/index?id=1", title=title, who="王")
    return await Delivery.filter(user_id=to).order_by("-id").first()  # type: ignore[return-value]


async def settle() -> None:
    """Let the worker do what is due."""
    while await jobs.run_due():
        pass


async def much_later() -> None:
    """As if every job that waits were due, and every call under way long dead."""
    past = clock.now() - timedelta(minutes=5)
    await jobs.Job.all().update(run_at=past)
    await Delivery.all().update(started_at=past)
    await settle()


async def quota(user_id: int, template: Template = TAKEN) -> int:
    """The quota, after making sure that it is what the book adds up to."""
    row = await Consent.get_or_none(user_id=user_id, template=template.key)
    entries = await ConsentEntry.filter(user_id=user_id, template=template.key)
    found = row.quota if row else 0
    assert found == sum(one.change for one in entries) >= 0
    return found


async def insist(work: Callable[[], Awaitable[None]]) -> None:
    """Do it again while the database says so, as the edge and the outbox do."""
    for _ in range(30):
        try:
            await work()
        except Exception as error:
            if not database.is_retryable(error):
                raise
            await asyncio.sleep(random.uniform(0.005, 0.03))
        else:
            return
    raise AssertionError("no end of deadlocks")
