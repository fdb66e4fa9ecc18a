"""Words, quiet hours and patience: what depends on nothing but its arguments."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Literal

from backend.core import clock
from backend.settings import settings

QUIET_FROM, QUIET_UNTIL = time(22), time(8)
STUCK = timedelta(seconds=45)
"""Longer than a job may run, shorter than its lease: a call this old has nobody waiting for it."""
MOST_ATTEMPTS = 9
SAME_TAP = timedelta(minutes=2)
"""Within this, the phone and WeChat's push are taken to tell of the same tap."""
MOST_ASKED = 3
"""WeChat lets a mini-program ask for three templates at a time."""


EVIDENCE = timedelta(minutes=10)
"""How long after a call without an answer a push may still be that answer."""
STATES: dict[str, Literal["formal", "trial", "developer"]] = {
    "release": "formal",
    "trial": "trial",
    "develop": "developer",
}


class Reason(StrEnum):
    """Why a delivery is not simply sent."""

    NO_CONSENT = "no_consent"
    NO_WECHAT = "no_wechat"
    NO_TEMPLATE = "no_template"
    ALREADY_READ = "already_read"
    PUT_OFF = "put_off"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"
    CRASHED = "crashed"
    BOUNCED = "bounced"
    """Taken by WeChat, and then not delivered."""


class Cause(StrEnum):
    """Why the quota of consent changed."""

    ACCEPT = "accept"
    REJECT = "reject"
    BAN = "ban"
    FILTER = "filter"
    SEND = "send"
    RETURN = "return"
    """A message that did not go out gives its consent back."""
    REFUSED = "refused"
    """WeChat said 43101: our count was wrong."""


class Source(StrEnum):
    PHONE = "phone"
    PUSH = "push"
    HOUSE = "house"


def wait(now: datetime, *, is_urgent: bool) -> timedelta:
    """How long a WeChat message has to wait: until 8 in the morning when it is night."""
    if not settings().quiet_hours:
        return timedelta()
    there = clock.local(now)
    if is_urgent or QUIET_UNTIL <= there.time() < QUIET_FROM:
        return timedelta()
    day = there.date() + timedelta(days=there.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, there.tzinfo) - there


def back_off(attempts: int) -> timedelta:
    """Half a minute after the first attempt, doubling, an hour at most."""
    return min(timedelta(seconds=15 * 2**attempts), timedelta(hours=1))


def words(pattern: str, values: Mapping[str, Any]) -> str:
    """The pattern with its values, moments as people read them. Raises KeyError for a lack."""
    shown = {name: _spoken(value) for name, value in values.items()}
    return pattern.format_map(shown)


def field_words(pattern: str, values: Mapping[str, Any]) -> str:
    """The same for a field of a WeChat template, which wants moments with their year."""
    shown = {name: _dated(value) for name, value in values.items()}
    return pattern.format_map(shown)


def _spoken(value: Any) -> Any:
    return clock.spoken(value) if isinstance(value, datetime) else value


def _dated(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    there = clock.local(value)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"


def after_failure(advice: str, attempts: int) -> tuple[str, Reason]:
    """The move and its reason after a call that failed with this advice of `wechat_errors`."""
    if advice == "unknown":
        return "lose_sight", Reason.NO_ANSWER
    if advice == "retry":
        return ("put_off" if attempts < MOST_ATTEMPTS else "fail"), Reason.PUT_OFF
    return "fail", Reason.REJECTED
