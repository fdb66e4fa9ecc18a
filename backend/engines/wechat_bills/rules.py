"""When a day's bills can be had, and where a day begins."""

from datetime import date, datetime, time, timedelta

from backend.core import clock
from backend.core.clock import SHANGHAI

READY_AT = time(10)
"""From when on the bills of the day before can be fetched, Shanghai time."""
KEPT_DAYS = 90
"""How far back WeChat gives bills."""


def day_bounds(day: str) -> tuple[datetime, datetime]:
    """The first moment of a day (`2026-11-24`) in Shanghai, and of the next."""
    return clock.bounds(date.fromisoformat(day))


def last_ready(now: datetime) -> date:
    """The latest day whose bills can be there."""
    there = now.astimezone(SHANGHAI)
    return there.date() - timedelta(days=1 if there.time() >= READY_AT else 2)


def days(first: date, last: date) -> list[str]:
    """Every day of the span, as text."""
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]
