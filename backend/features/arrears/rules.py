"""How often and when people are reminded. Pure."""

from datetime import datetime, time, timedelta

from backend.core import clock

MOST = 2
"""Reminders of a dwelling within EVERY."""
EVERY = timedelta(days=30)
APART = timedelta(days=5)
GRACE_DAYS = 7
"""The house reminds by itself of what is overdue so long."""
QUIET_FROM, QUIET_UNTIL = time(20), time(9)


def wait(now: datetime) -> timedelta:
    """How long a reminder has to wait: until 9 in the morning when it is evening or night."""
    there = clock.local(now)
    if QUIET_UNTIL <= there.time() < QUIET_FROM:
        return timedelta()
    day = there.date() + timedelta(days=there.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, there.tzinfo) - there


def may_remind(earlier: list[datetime], now: datetime) -> bool:
    """Whether a dwelling that was reminded at these moments may be reminded again."""
    lately = [at for at in earlier if at > now - EVERY]
    return len(lately) < MOST and all(at <= now - APART for at in lately)
