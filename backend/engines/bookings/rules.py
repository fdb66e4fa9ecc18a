"""Limits, ages, and how long what is kept. Pure."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from backend.core.labels import Labelled

MOST_PLACES = 2000
MOST_WAITING = 500
EARLY = timedelta(minutes=30)
"""So long before the start the doors open."""
LATE = timedelta(hours=2)
"""So long after the end one may still check out; then the clock winds the slot up."""


class Proof(Labelled):
    """What shows that somebody is there."""

    CODE = "code", "扫现场动态码"
    PLACE = "place", "到达现场"
    BOTH = "both", "到达现场并扫动态码"
    TICKET = "ticket", "到场出示预约码"
    """The guest shows, the host reads: the room above has its own codes."""


class Direction(Labelled):
    IN = "in", "签到"
    OUT = "out", "签退"


class Point(NamedTuple):
    """1e-6 degrees, GCJ-02, as areas have theirs."""

    latitude: int
    longitude: int


def is_old_enough(birth_year: int | None, age: int, year: int) -> bool:
    """By the year, as the register knows it: whoever turns sixty this year is sixty."""
    return birth_year is not None and year - birth_year >= age


def offered_until(now: datetime, minutes: int, starts_at: datetime) -> datetime:
    """How long an offered place is kept: never beyond the start."""
    return min(now + timedelta(minutes=minutes), starts_at)


def nonsense(one: Any) -> dict[str, str]:
    """What of a slot cannot be, by column."""
    wrong: dict[str, str] = {}
    if one.ends_at <= one.starts_at:
        wrong["ends_at"] = "结束要晚于开始"
    if one.closes_at <= one.opens_at or one.closes_at > one.ends_at:
        wrong["closes_at"] = "报名截止要晚于报名开始、不晚于活动结束"
    if one.cancel_until > one.starts_at:
        wrong["cancel_until"] = "取消截止不能晚于开始"
    if not 1 <= one.quota <= MOST_PLACES:
        wrong["quota"] = f"名额应为 1 到 {MOST_PLACES}"
    if not 0 <= one.most_waiting <= MOST_WAITING:
        wrong["most_waiting"] = f"候补人数应为 0 到 {MOST_WAITING}"
    if one.proof in (Proof.PLACE, Proof.BOTH) and (one.latitude is None or one.longitude is None):
        wrong["proof"] = "按位置签到要先选地图上的点"
    return wrong
