"""Looking at what was written, and people leaving."""

import structlog

from backend.core.database import transaction
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.opinions import queries, service
from backend.engines.opinions.events import OpinionWritten
from backend.foundation.identity.events import UserErased
from backend.integrations import wechat

RISKY = "risky"
_log = structlog.get_logger(__name__)


@on(OpinionWritten)
async def look(event: OpinionWritten) -> None:
    await enqueue(check_text, opinion_id=event.opinion_id)


@job(outside=True)
async def check_text(opinion_id: int) -> None:
    """Have WeChat judge a text; a risky one is hidden. What WeChat will not judge stays."""
    wanted = await queries.to_judge(opinion_id)
    if wanted is None:
        return
    try:
        verdict = await wechat.api().check_text(wanted.text, wanted.openid)
    except wechat.WeChatError as error:
        if error.advice == "retry":
            raise
        _log.info("text_not_judged", opinion_id=opinion_id, code=error.code)
        return
    if verdict.suggest == RISKY:
        async with transaction():
            await service.hide_risky(opinion_id)


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget(event.user_id)
