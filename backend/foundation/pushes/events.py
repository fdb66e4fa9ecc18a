"""What WeChat tells us."""

from dataclasses import dataclass
from typing import Any

from backend.core.events import Event


@dataclass(frozen=True)
class WeChatPushed(Event):
    """A message push that was checked and had not been seen before.

    `event` is WeChat's Event or empty, `message` all of its fields; see
    `integrations.wechat_push` for what reads them.
    """

    key: str
    kind: str
    event: str
    openid: str
    created_at: int
    message: dict[str, Any]
