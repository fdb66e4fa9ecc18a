"""Reading deadlines, policies and the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import chinese_calendar
import structlog

from backend.core.clock import local
from backend.core.database import moment, rows, tuples
from backend.engines.clocks import rules
from backend.engines.clocks.models import UNMET, CalendarDay, ClockPolicy, OrderClock
from backend.engines.clocks.rules import BY_GRADE, DEFAULT, Calendar, Policy
from backend.engines.clocks.rules import ClockKind as ClockKind
from backend.engines.clocks.rules import shown_state as shown_state
from backend.engines.clocks.schemas import DayOut, PolicyOut

_log = structlog.get_logger(__name__)
_POLICY = (
    "SELECT order_kind, contact, arrive, done, calendar, remind_percent FROM order_clock_policy "
    "WHERE grade = ? AND order_kind IN (?, '') ORDER BY order_kind DESC LIMIT 1"
)
RUNNING = "running"
MOVING = ("state", "left_seconds")
"""Of a deadline as `shown`, what `running` says of it at a moment."""
AHEAD = timedelta(days=120)


@dataclass(frozen=True)
class Nearest:
    """The deadline that counts next, as an order keeps it in its own row."""

    clock: str | None
    clock_state: str
    clock_since: datetime | None
    due_at: datetime | None
    remind_at: datetime | None

    def columns(self) -> dict[str, Any]:
        return dict(vars(self))


NONE = Nearest(None, "", None, None, None)
_NAMES = {one.value: one.label for one in ClockKind}
_ORDER = {ClockKind.CONTACT: 0, ClockKind.ARRIVE: 1, ClockKind.DONE: 2}


def nearest(clocks: Sequence[OrderClock]) -> Nearest:
    """Of the clocks of one round: the earliest that runs or is paused, else how `done` ended."""
    waiting = [one for one in clocks if one.state in UNMET]
    if waiting:
        one = min(waiting, key=lambda one: (one.due_at, _ORDER[one.kind]))
    else:
        ended = [one for one in clocks if one.kind is ClockKind.DONE and one.state != "void"]
        if not ended:
            return NONE
        one = ended[-1]
    since = one.paused_at or one.met_at
    return Nearest(str(one.kind), one.state, since, one.due_at, one.remind_at)


class Deadline(NamedTuple):
    """A raw row of a deadline: its moments as the driver gave them."""

    kind: str
    state: str
    due_at: Any
    remind_at: Any
    met_at: Any
    paused_at: Any


_OF_ORDER = (
    f"SELECT {', '.join(Deadline._fields)} FROM order_clock "  # noqa: S608
    "WHERE order_id = ? AND round = ? ORDER BY id"
)


def shown(row: Deadline, now: datetime) -> dict[str, Any] | None:
    """A deadline as the API shows it.

    Shape: `{kind, name, due_at, paused, state, left_seconds}`; None for a void one.
    """
    state, due = row.state, moment(row.due_at)
    if due is None or state == "void":
        return None
    until = now
    if state == "paused":
        until = moment(row.paused_at) or now
    elif state in ("met", "late"):
        until = moment(row.met_at) or now
    elif state == RUNNING:
        state = rules.shown_state(state, due, moment(row.remind_at), now)
    return {
        "kind": row.kind,
        "name": _NAMES[row.kind],
        "due_at": due,
        "paused": state == "paused",
        "state": state,
        "left_seconds": int((due - until).total_seconds()),
    }


def running(due_at: datetime, remind_at: datetime | None, now: datetime) -> tuple[str, int]:
    """What of a running deadline changes by itself: its colour, and the seconds left."""
    left = int((due_at - now).total_seconds())
    return rules.shown_state(RUNNING, due_at, remind_at, now), left


async def of_order(order_id: int, round_: int, now: datetime) -> list[dict[str, Any]]:
    """The deadlines of an order's round as the API shows them: contact, arrive, done."""
    found = map(Deadline._make, await tuples(_OF_ORDER, order_id, round_))
    return [one for one in (shown(row, now) for row in found) if one is not None]


async def policy_for(order_kind: str, grade: str) -> Policy:
    """The most special policy: for kind and grade, for the grade, else the built-in one."""
    found = await rows(_POLICY, grade, order_kind)
    if not found:
        return BY_GRADE.get(grade, DEFAULT)
    row = found[0]
    return Policy(
        contact=row["contact"],
        arrive=row["arrive"],
        done=row["done"],
        calendar=Calendar(row["calendar"]),
        remind=row["remind_percent"] / 100,
    )


async def promise(order_kind: str, grade: str) -> list[dict[str, Any]]:
    """What is promised before anything is sent: `[{kind, name, hours}]`."""
    policy = await policy_for(order_kind, grade)
    return [
        {"kind": str(kind), "name": kind.label, "hours": policy.hours(kind)} for kind in ClockKind
    ]


async def workdays(calendar: Calendar, first: datetime) -> rules.IsWorkday:
    """Says of days whether they are worked, as the calendar stands now; days set by hand win."""
    if calendar is Calendar.ALWAYS:
        return lambda day: True  # noqa: ARG005 - a day of the calendar that has no free days
    start = local(first).date()
    set_by_hand = {
        one.day: one.is_workday
        for one in await CalendarDay.filter(day__gte=start, day__lte=start + AHEAD)
    }
    return lambda day: set_by_hand.get(day, known_workday(day))


@cache
def known_workday(day: date) -> bool:
    """By the published Chinese calendar; by the weekday for a year not published yet."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        _warn_of(day.year)
        return day.weekday() < 5


@cache
def _warn_of(year: int) -> None:
    _log.warning("holidays_unknown", year=year)


async def policies() -> list[PolicyOut]:
    """All policies that were set, then the built-in ones."""
    found = await ClockPolicy.all().order_by("order_kind", "grade")
    listed = [
        PolicyOut(
            order_kind=one.order_kind or None,
            grade=one.grade,
            contact=one.contact,
            arrive=one.arrive,
            done=one.done,
            calendar=one.calendar,
            remind_percent=one.remind_percent,
            is_default=False,
        )
        for one in found
    ]
    return listed + [_built_in(grade, policy) for grade, policy in BY_GRADE.items()]


def _built_in(grade: str, policy: Policy) -> PolicyOut:
    return PolicyOut(
        order_kind=None,
        grade=grade,
        contact=policy.contact,
        arrive=policy.arrive,
        done=policy.done,
        calendar=policy.calendar,
        remind_percent=round(policy.remind * 100),
        is_default=True,
    )


async def days_set() -> list[DayOut]:
    """Days set by hand, latest first."""
    found = await CalendarDay.all().order_by("-day").limit(400)
    return [DayOut(day=one.day, is_workday=one.is_workday, note=one.note) for one in found]
