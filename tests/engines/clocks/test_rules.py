"""Counted time: round the clock and in office hours, over holidays and make-up days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.clock import SHANGHAI
from backend.engines.clocks import rules
from backend.engines.clocks.queries import known_workday
from backend.engines.clocks.rules import Calendar, after, counted, shown_state

HOUR = 3600
W = Calendar.WORKING


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-18 10:00", 3, "2026-11-18 13:00"),
        ("2026-11-18 16:00", 3, "2026-11-19 10:00"),
        ("2026-11-18 20:00", 3, "2026-11-19 12:00"),
        ("2026-11-18 05:00", 3, "2026-11-18 12:00"),
        ("2026-11-18 09:00", 9, "2026-11-18 18:00"),
        ("2026-11-20 17:00", 2, "2026-11-23 10:00"),
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),  # the National Day week
        ("2026-02-14 09:00", 1, "2026-02-14 10:00"),  # a Saturday worked for the Spring Festival
        ("2026-02-14 17:30", 1, "2026-02-24 09:30"),
    ],
)
def test_office_hours(start: str, hours: int, end: str) -> None:
    assert after(at(start), hours * HOUR, W, known_workday) == at(end)
    assert counted(at(start), at(end), W, known_workday) == hours * HOUR


def test_round_the_clock_is_plain() -> None:
    start = at("2026-09-30 23:00")
    assert after(start, 24 * HOUR, Calendar.ALWAYS, known_workday) == at("2026-10-01 23:00")


def test_a_year_that_is_not_published_falls_back_to_weekdays() -> None:
    assert known_workday(date(2031, 10, 1)) is True  # a Wednesday
    assert known_workday(date(2031, 10, 4)) is False


def test_a_calendar_without_working_days_is_an_error_not_an_endless_loop() -> None:
    with pytest.raises(ValueError, match="no working days"):
        after(at("2026-11-18 10:00"), HOUR, W, lambda _: False)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(start=moments, seconds=st.integers(1, 60 * HOUR))
def test_counting_undoes_adding(start: datetime, seconds: int) -> None:
    for calendar in Calendar:
        end = after(start, seconds, calendar, known_workday)
        assert end >= start
        assert counted(start, end, calendar, known_workday) == pytest.approx(seconds, abs=1e-3)
        assert counted(end, start, calendar, known_workday) == pytest.approx(-seconds, abs=1e-3)


@given(start=moments, first=st.integers(1, 20 * HOUR), second=st.integers(1, 20 * HOUR))
def test_time_adds_up(start: datetime, first: int, second: int) -> None:
    for calendar in Calendar:
        halfway = after(start, first, calendar, known_workday)
        whole = after(start, first + second, calendar, known_workday)
        parted = after(halfway, second, calendar, known_workday)
        assert abs(parted - whole) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("state", "minutes", "shown"),
    [
        ("running", 0, "running"),
        ("running", 134, "running"),
        ("running", 135, "soon"),
        ("running", 179, "soon"),
        ("running", 180, "overdue"),
        ("paused", 999, "paused"),
        ("met", 999, "met"),
        ("late", 999, "late"),
    ],
)
def test_the_colour_of_a_deadline(state: str, minutes: int, shown: str) -> None:
    start = at("2026-11-18 10:00")
    due, remind = start + timedelta(hours=3), start + timedelta(minutes=135)
    assert shown_state(state, due, remind, start + timedelta(minutes=minutes)) == shown


def test_more_urgent_is_sooner() -> None:
    yellow, orange, red = (rules.BY_GRADE[one] for one in ("yellow", "orange", "red"))
    for kind in rules.ClockKind:
        assert yellow.hours(kind) >= orange.hours(kind) >= red.hours(kind)
    assert (yellow.contact, yellow.arrive, yellow.done) == (3, 6, 24)
