"""Looking at what was written, and forgetting drafts of who left."""

from backend.core.database import transaction
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.demands import queries, service
from backend.engines.orders.events import (
    OrderFact,
    OrderRated,
    OrderReopened,
    OrderReported,
    OrderSupplemented,
    OrderUrged,
)
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations import service as moderations


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
    """Have WeChat judge a text; a risky one is hidden. A writer unknown to WeChat leaves it
    unjudged for good."""
    wanted = await queries.to_judge(order_id, event_id)
    if wanted is None:
        return
    about = {"order_id": order_id, "event_id": event_id}
    if await moderations.is_risky(wanted.text, wanted.openid, **about):
        async with transaction():
            await service.hide(order_id, event_id)


@on(UserErased)
async def forget_draft(event: UserErased) -> None:
    await service.forget(event.user_id)
