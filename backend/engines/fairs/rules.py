"""How long ahead a fair is announced, and what must stand before it is. Pure."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

PREVIEW = timedelta(days=7)
"""So long before it begins a fair is announced at the latest."""
EARLY = timedelta(hours=1)
"""So long before its time the organiser may open it by hand."""
LONGEST = timedelta(hours=16)
MOST_COLUMNS, MOST_ROWS = 8, 12
"""Places of the map beside and below each other; a phone is not wider."""


class Figure(NamedTuple):
    """One number of the review, with its Chinese name."""

    key: str
    name: str
    value: int


def is_early_enough(starts_at: datetime, now: datetime) -> bool:
    """Whether a fair that is announced now is announced seven full days ahead."""
    return starts_at - now >= PREVIEW


def missing(fair: Any) -> dict[str, str]:
    """What a fair still needs before it can be announced, by column."""
    wrong: dict[str, str] = {}
    if not fair.place:
        wrong["place"] = "请填写地点"
    if fair.starts_at is None:
        wrong["starts_at"] = "请填写时间"
    if not fair.exchange_rules:
        wrong["exchange_rules"] = "请填写闲置交换规则"
    return wrong


def wrong_times(starts_at: datetime, ends_at: datetime, now: datetime) -> dict[str, str]:
    if starts_at <= now:
        return {"starts_at": "开始时间要晚于现在"}
    if not timedelta() < ends_at - starts_at <= LONGEST:
        return {"ends_at": "结束要晚于开始，一场最长 16 小时"}
    return {}
