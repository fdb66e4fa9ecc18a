"""When WeChat is asked again."""

from datetime import datetime, timedelta

from backend.core.errors import Conflict

PREPAY_SECONDS = 110 * 60
"""A prepay_id is good for two hours."""
LEAST = timedelta(seconds=75)
"""WeChat takes no order that ends within a minute."""
SLACK = timedelta(seconds=5)
_PAUSES = (8, 15, 30, 60, 120, 200)
"""Seconds until the next question. The last one repeats: what nobody told us of is found within
five minutes, the worker's own delays included."""


class TooLate(Conflict):
    code, title = "payment_ends", "这笔支付就要到期了，请重新发起"


def next_ask(now: datetime, asked: int, expires_at: datetime) -> datetime:
    """When to ask again after so many times; just after the end of the order at the latest."""
    at = now + timedelta(seconds=_PAUSES[min(asked, len(_PAUSES) - 1)])
    end = expires_at + SLACK
    return min(at, end) if now < expires_at else at
