"""Policies and calendar days as the API takes and shows them."""

from datetime import date

from pydantic import Field

from backend.core.schemas import Answer, Body
from backend.engines.clocks.rules import Calendar

Hours = Field(ge=1, le=24 * 90)


class PolicyBody(Body):
    """Hours from dispatch for a grade, for one kind of order or (null) for every kind."""

    order_kind: str | None = Field(default=None, min_length=1, max_length=20, examples=["repair"])
    grade: str = Field(pattern="^(yellow|orange|red)$", examples=["yellow"])
    contact: int = Hours
    arrive: int = Hours
    done: int = Hours
    calendar: Calendar = Calendar.ALWAYS
    remind_percent: int = Field(default=75, ge=10, le=95)


class PolicyOut(Answer):
    order_kind: str | None
    grade: str
    contact: int
    arrive: int
    done: int
    calendar: Calendar
    remind_percent: int
    is_default: bool


class PoliciesOut(Answer):
    items: list[PolicyOut]


class DayBody(Body):
    """A holiday that falls on a weekday, or a weekend day that is worked."""

    day: date
    is_workday: bool
    note: str = Field(default="", max_length=60, examples=["元旦"])


class DayOut(Answer):
    day: date
    is_workday: bool
    note: str


class DaysOut(Answer):
    items: list[DayOut]
