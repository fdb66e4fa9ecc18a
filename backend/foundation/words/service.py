"""Having texts judged. A room says once how to read and hide its own, then of each that is
written."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from backend.core.database import transaction
from backend.core.jobs import enqueue, job
from backend.foundation.identity import queries as identity
from backend.integrations import wechat

RISKY = "risky"
Read = Callable[[int], Awaitable[str | None]]
Hide = Callable[[int], Awaitable[object]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Kind:
    read: Read
    hide: Hide


_kinds: dict[str, _Kind] = {}


def declare(kind: str, *, read: Read, hide: Hide) -> None:
    """Make a kind of text known: by a row's id, what it says (None: nothing to judge), and how to
    keep it from readers. Raises RuntimeError for a kind declared twice."""
    if kind in _kinds:
        raise RuntimeError(f"words of {kind} are declared twice")
    _kinds[kind] = _Kind(read, hide)


async def written(kind: str, row_id: int, writer_id: int) -> None:
    """Somebody wrote a text: have it judged after the transaction at hand."""
    await enqueue(check_text, kind=kind, row_id=row_id, writer_id=writer_id)


@job(outside=True)
async def check_text(kind: str, row_id: int, writer_id: int) -> None:
    """Have WeChat judge a text; a risky one is hidden. A writer who is away (61010) or unknown to
    WeChat leaves it unjudged for good: asking again would not help."""
    text, openid = await _kinds[kind].read(row_id), await identity.openid_of(writer_id)
    if not text or not openid:
        return
    try:
        verdict = await wechat.api().check_text(text, openid)
    except wechat.WeChatError as error:
        if error.advice == "retry":
            raise
        _log.info("text_not_judged", kind=kind, row_id=row_id, code=error.code)
        return
    if verdict.suggest == RISKY:
        async with transaction():
            await _kinds[kind].hide(row_id)
