"""Hours of a day, how they are cut into turns, and the code of a turn. Pure."""

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta

from backend.core import clock, crypto

KIND = "bench"
"""As whose slots and engagements the rooms below know a bench."""
PREFIX = "LLXB"
"""In front of a code that is scanned: what it is of."""
PAGE = "/pages/craftsmen/day?id={}"
BENCH_PAGE = "/pages/craftsmen/bench?id={}"
DIGITS = 8

FIRST_HOUR, LAST_HOUR = 7, 21
AHEAD = timedelta(days=60)
SHORTEST, LONGEST = 5, 120
"""Minutes of a turn."""
MOST_TURNS = 60
"""Of a bench."""
MOST_BENCHES = 12
MOST_EACH = 5
"""Turns that a day may allow a person at most."""
EARLY = timedelta(minutes=30)
"""So long before the start the first ones are served."""
LATE = timedelta(hours=4)
"""So long after the end what was done can still be said; then the clock ends the day."""
REMINDED_FROM = 18
"""The hour of the evening before from which people are reminded."""


def wrong_hours(starts_at: datetime, ends_at: datetime, now: datetime) -> dict[str, str]:
    """What of a day's hours cannot be, by field."""
    first, last = clock.local(starts_at), clock.local(ends_at)
    if starts_at <= now:
        return {"starts_at": "这个时间已经过了"}
    if starts_at > now + AHEAD:
        return {"starts_at": f"最早提前 {AHEAD.days} 天发布"}
    if ends_at <= starts_at or first.date() != last.date():
        return {"ends_at": "结束要晚于开始，并在同一天"}
    closes = first.replace(hour=LAST_HOUR, minute=0, second=0, microsecond=0)
    if first.hour < FIRST_HOUR or last > closes:
        return {"starts_at": f"要在 {FIRST_HOUR} 点到 {LAST_HOUR} 点之间"}
    return {}


def turns(
    starts_at: datetime, ends_at: datetime, minutes: int
) -> Iterator[tuple[datetime, datetime]]:
    """The turns between two moments, each so long. What is left at the end is nobody's."""
    length = timedelta(minutes=minutes)
    while starts_at + length <= ends_at:
        yield starts_at, starts_at + length
        starts_at += length


def code_of(booking_id: int) -> str:
    """Eight digits that whoever has the turn shows at the bench, and nobody else knows."""
    signed = base64.urlsafe_b64decode(crypto.sign(f"mending_days|{booking_id}"))
    return f"{int.from_bytes(signed[:8]) % 10**DIGITS:0{DIGITS}d}"
