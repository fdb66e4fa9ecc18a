"""What follows for pledges: looking at what was written, and what happens elsewhere."""

import structlog

from backend.core.database import transaction
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.features.pledges import queries, service
from backend.features.pledges.events import TextWritten
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from backend.integrations import wechat

RISKY = "risky"
_log = structlog.get_logger(__name__)


@on(TextWritten)
async def look(event: TextWritten) -> None:
    await enqueue(check_text, **vars(event))


@job(outside=True)
async def check_text(kind: str, row_id: int, writer_id: int) -> None:
    """Have WeChat judge a text; a risky one is hidden. What WeChat will not judge stays."""
    wanted = await queries.to_judge(kind, row_id, writer_id)
    if wanted is None:
        return
    try:
        verdict = await wechat.api().check_text(wanted.text, wanted.openid)
    except wechat.WeChatError as error:
        if error.advice == "retry":
            raise
        _log.info("text_not_judged", kind=kind, row_id=row_id, code=error.code)
        return
    if verdict.suggest == RISKY:
        async with transaction():
            await service.hide(kind, row_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
