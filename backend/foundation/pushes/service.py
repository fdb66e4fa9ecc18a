"""Taking WeChat's pushes: each once, together with all that follows from it."""

from collections.abc import Mapping
from datetime import timedelta

from backend.core import clock, database
from backend.core.database import transaction
from backend.core.events import emit
from backend.core.http import Download
from backend.foundation.pushes.events import WeChatPushed
from backend.foundation.pushes.models import SeenPush
from backend.integrations.wechat_push import TAKEN, Receiver
from backend.settings import settings

KEPT = timedelta(days=7)
"""WeChat repeats a push within seconds, and what is older than minutes is refused anyway."""


def _receiver() -> Receiver:
    known = settings()
    return Receiver(
        known.wechat_appid,
        known.wechat_push_token.get_secret_value(),
        known.wechat_push_aes_key.get_secret_value(),
    )


async def shake_hands(query: Mapping[str, str]) -> Download:
    """What WeChat wants to hear when the push is set up. Raises PushRefused."""
    return Download(_receiver().verify(query).encode(), "text/plain")


async def take(query: Mapping[str, str], body: bytes) -> Download:
    """Write down the key and what follows from the push, together or not at all.

    Raises PushRefused for what is forged, too old or unreadable.
    """
    push = _receiver().open(query, body)
    try:
        async with transaction():
            await SeenPush.create(key=push.key, created_at=clock.now())
            await emit(WeChatPushed(**vars(push)))
    except Exception as error:
        if not database.is_duplicate(error):
            raise
    return Download(TAKEN.encode(), "text/plain")


async def forget_old() -> None:
    await SeenPush.filter(created_at__lt=clock.now() - KEPT).delete()
