"""Having a text judged, once, after it was written."""

import structlog

from backend.core.database import transaction
from backend.core.events import emit
from backend.core.jobs import enqueue, job
from backend.foundation.identity import queries as identity
from backend.foundation.moderations.events import TextRefused
from backend.integrations import wechat

RISKY = "risky"
_log = structlog.get_logger(__name__)


async def judge(room: str, row_id: int, writer_id: int, *texts: str) -> None:
    """Have what somebody wrote looked at after the commit. A risky text is told by TextRefused;
    the room hides its row `row_id` then."""
    text = "\n".join(one for one in texts if one)
    if text:
        await enqueue(ask, room=room, row_id=row_id, writer_id=writer_id, text=text)


@job(outside=True)
async def ask(room: str, row_id: int, writer_id: int, text: str) -> None:
    """Ask WeChat. A writer whom it does not know leaves the text unjudged for good."""
    openid = await identity.openid_of(writer_id)
    if openid and await is_risky(text, openid, room=room, row_id=row_id):
        async with transaction():
            await emit(TextRefused(room, row_id))


async def is_risky(text: str, openid: str, **about: object) -> bool:
    """What WeChat says of a text, for jobs that read it themselves. What it will not judge (its
    writer was away too long, 61010) is not risky: asking again would not help; `about` is logged
    then. Raises WeChatError where the job should be tried again."""
    try:
        verdict = await wechat.api().check_text(text, openid)
    except wechat.WeChatError as error:
        if error.advice == "retry":
            raise
        _log.info("text_not_judged", code=error.code, **about)
        return False
    return bool(verdict.suggest == RISKY)
