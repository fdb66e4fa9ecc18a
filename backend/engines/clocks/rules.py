"""How long things may take, and when that is over. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from backend.core.clock import SHANGHAI, bounds, local
from backend.core.labels import Labelled


class ClockKind(Labelled):
    CONTACT = "contact", "联系"
    ARRIVE = "arrive", "到场"
    DONE = "done", "办结"


class Calendar(StrEnum):
    """Whether hours run round the clock, or in office hours on working days only."""

    ALWAYS = "always"
    WORKING = "working"


OPENS, CLOSES = time(9), time(18)
LONGEST_SEARCH = 400
"""Days looked ahead for a working day before giving up on the calendar."""

IsWorkday = Callable[[date], bool]


@dataclass(frozen=True)
class Policy:
    """Hours from dispatch; `remind` is the share of the time after which a reminder comes."""

    contact: int = 3
    arrive: int = 6
    done: int = 24
    calendar: Calendar = Calendar.ALWAYS
    remind: float = 0.75

    def hours(self, kind: ClockKind) -> int:
        return {"contact": self.contact, "arrive": self.arrive, "done": self.done}[kind.value]


DEFAULT = Policy()
BY_GRADE = {
    "yellow": DEFAULT,
    "orange": Policy(contact=2, arrive=4, done=24),
    "red": Policy(contact=1, arrive=2, done=24),
}


def after(start: datetime, seconds: float, calendar: Calendar, is_workday: IsWorkday) -> datetime:
    """The moment `seconds` of counted time after `start`."""
    if calendar is Calendar.ALWAYS:
        return start + timedelta(seconds=seconds)
    day, left = local(start), seconds
    for _ in range(LONGEST_SEARCH):
        opens, closes = _hours_of(day.date())
        if is_workday(day.date()) and day < closes:
            begin = max(day, opens)
            room = (closes - begin).total_seconds()
            if left <= room:
                return begin + timedelta(seconds=left)
            left -= room
        _, day = bounds(day.date())
    raise ValueError("the calendar has no working days")


def counted(start: datetime, end: datetime, calendar: Calendar, is_workday: IsWorkday) -> float:
    """Seconds of counted time between two moments; negative when the end comes first."""
    if end < start:
        return -counted(end, start, calendar, is_workday)
    if calendar is Calendar.ALWAYS:
        return (end - start).total_seconds()
    total, day, last = 0.0, local(start).date(), local(end).date()
    while day <= last:
        if is_workday(day):
            opens, closes = _hours_of(day)
            total += max(0.0, (min(closes, end) - max(opens, start)).total_seconds())
        day += timedelta(days=1)
    return total


def _hours_of(day: date) -> tuple[datetime, datetime]:
    return datetime.combine(day, OPENS, SHANGHAI), datetime.combine(day, CLOSES, SHANGHAI)


def shown_state(state: str, due_at: datetime, remind_at: datetime | None, now: datetime) -> str:
    """The colour of a deadline: `running`, `soon`, `overdue`, `paused`, `met` or `late`."""
    if state != "running":
        return state
    if now >= due_at:
        return "overdue"
    return "soon" if remind_at is not None and now >= remind_at else "running"
