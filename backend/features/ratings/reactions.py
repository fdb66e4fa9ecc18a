"""Looking at what was written."""

import structlog

from backend.core.database import transaction
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.features.ratings import queries, service
from backend.features.ratings.events import RatingWritten
from backend.integrations import wechat

RISKY = "risky"
_log = structlog.get_logger(__name__)


@on(RatingWritten)
async def look(event: RatingWritten) -> None:
    await enqueue(check_text, **vars(event))


@job(outside=True)
async def check_text(purchase_id: int, writer_id: int, is_answer: bool) -> None:  # noqa: FBT001
    """Have WeChat judge a text; a risky one is hidden. What WeChat will not judge stays."""
    wanted = await queries.to_judge(purchase_id, writer_id, is_answer=is_answer)
    if wanted is None:
        return
    try:
        verdict = await wechat.api().check_text(wanted.text, wanted.openid)
    except wechat.WeChatError as error:
        if error.advice == "retry":
            raise
        _log.info("text_not_judged", purchase_id=purchase_id, code=error.code)
        return
    if verdict.suggest == RISKY:
        async with transaction():
            await service.hide(purchase_id, is_answer=is_answer)
