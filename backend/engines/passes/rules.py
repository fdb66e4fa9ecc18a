"""Months, days and codes of passes. Pure."""

import calendar
import secrets
from datetime import date, datetime, timedelta

from backend.core import clock

MOST_MONTHS = 12
LONGEST_AHEAD = timedelta(days=800)
"""How far into the future a pass may reach."""
KEEPS_SPACE = timedelta(days=3)
"""How long a pass that ran out keeps its space for a renewal."""
REMINDERS = (timedelta(days=7), timedelta(days=1))
"""Before the end of a pass its owner is told, once each."""
BOOKABLE = timedelta(days=30)
"""How far ahead a visitor may be invited."""
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 10


def midnight(day: date) -> datetime:
    """The moment at which the day begins in Shanghai."""
    return clock.bounds(day)[0]


def after_months(begins: datetime, months: int) -> datetime:
    """The midnight so many months later; the 31st becomes the month's last day."""
    day = clock.local(begins).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return midnight(date(year, month + 1, min(day.day, last)))


def term(valid_until: datetime | None, today: date, months: int) -> tuple[datetime, datetime]:
    """From when to when months paid today are good: they follow what is still running."""
    begins = midnight(today)
    if valid_until is not None and valid_until > begins:
        begins = valid_until
    return begins, after_months(begins, months)


def reminder_due(valid_until: datetime, reminded: int, now: datetime) -> int | None:
    """Which of REMINDERS (counted from 1) is due; None when it was sent or is too early."""
    passed = sum(now >= valid_until - before for before in REMINDERS)
    return passed if passed > reminded and now < valid_until else None


def new_code() -> str:
    """50 random bits that can be read aloud."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
