"""What limits an award, and what makes one look wrong. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.core import clock
from backend.core.labels import Labelled

LOOK_BACK = timedelta(days=30)
LONGEST_RING = 5
"""Persons in the longest ring that is looked for."""
MUTUAL = 3
"""So many deeds confirmed between two within the time, both ways: the next waits for review."""


class Why(Labelled):
    """Why an award was not granted, or less was, or waits for review."""

    GONE = "gone", "已注销"
    DAY = "day", "当天已达上限"
    PARTNER = "partner", "与同一人当月已达上限"
    KIND_DAY = "kind_day", "这类事情当天已达上限"
    KIND_MONTH = "kind_month", "这类事情当月已达上限"
    SELF = "self", "自己给自己确认"
    HOME = "home", "同一户互相确认"
    MUTUAL = "mutual", "两人频繁互相确认"
    RING = "ring", "几个人轮流确认成环"


SUSPICIOUS = frozenset({Why.SELF, Why.HOME, Why.MUTUAL, Why.RING})


@dataclass(frozen=True)
class Deed:
    """What a person did. `title` is read by people and names nobody.

    `kind` is a word of the room above; `daily` and `monthly` are points of the kind a person at
    most. `partner_id`: who confirmed it, or whom it was done for.
    """

    user_id: int
    amount: int
    title: str
    kind: str
    area_path: str
    partner_id: int | None = None
    daily: int | None = None
    monthly: int | None = None


def allowed(asked: int, left: Mapping[Why, int | None]) -> tuple[int, Why | None]:
    """How many of the points asked for every limit lets through, and which limit lets through
    least when that is less. None is no limit."""
    amount, why = asked, None
    for name, rest in left.items():
        if rest is not None and max(rest, 0) < amount:
            amount, why = max(rest, 0), name
    return amount, why


def month_of(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day's month in Shanghai, and of the next."""
    first = day.replace(day=1)
    return clock.bounds(first)[0], clock.bounds((first + timedelta(days=32)).replace(day=1))[0]
