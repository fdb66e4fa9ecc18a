"""Looking at what was written, and forgetting drafts of who left."""

import structlog

from backend.core.database import transaction
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.demands import queries, rules, service
from backend.engines.orders.events import (
    OrderFact,
    OrderRated,
    OrderReopened,
    OrderReported,
    OrderSupplemented,
    OrderUrged,
)
from backend.foundation.identity.events import UserErased
from backend.integrations import wechat

_log = structlog.get_logger(__name__)


@on(OrderReported)
async def look_at_report(fact: OrderReported) -> None:
    await _look(fact)


@on(OrderSupplemented)
async def look_at_supplement(fact: OrderSupplemented) -> None:
    await _look(fact)


@on(OrderUrged)
async def look_at_urge(fact: OrderUrged) -> None:
    await _look(fact)


@on(OrderRated)
async def look_at_rating(fact: OrderRated) -> None:
    await _look(fact)


@on(OrderReopened)
async def look_at_reopening(fact: OrderReopened) -> None:
    await _look(fact)


async def _look(fact: OrderFact) -> None:
    await enqueue(check_text, order_id=fact.order_id, event_id=fact.event_id)


@job(outside=True)
async def check_text(order_id: int, event_id: int) -> None:
    """Have WeChat judge a text; a risky one is hidden. Its writer being away (61010) or unknown
    to WeChat leaves the text unjudged for good: asking again would not help."""
    wanted = await queries.to_judge(order_id, event_id)
    if wanted is None:
        return
    try:
        verdict = await wechat.api().check_text(wanted.text, wanted.openid)
    except wechat.WeChatError as error:
        if error.advice == "retry":
            raise
        _log.info("text_not_judged", order_id=order_id, event_id=event_id, code=error.code)
        return
    if verdict.suggest == rules.RISKY:
        async with transaction():
            await service.hide(order_id, event_id)


@on(UserErased)
async def forget_draft(event: UserErased) -> None:
    await service.forget(event.user_id)
