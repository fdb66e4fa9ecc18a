"""How the clock speaks."""

from datetime import UTC, date, datetime

import time_machine

from backend.core import clock


def test_a_day_is_said_without_this_year() -> None:
    """The year is Shanghai's: there it is 2027 eight hours earlier."""
    with time_machine.travel(datetime(2026, 12, 31, 15, 59, tzinfo=UTC), tick=False):
        assert clock.spoken_day(date(2026, 12, 31)) == "12月31日"
        assert clock.spoken_day(date(2027, 1, 30)) == "2027年1月30日"
    with time_machine.travel(datetime(2026, 12, 31, 16, tzinfo=UTC), tick=False):
        assert clock.spoken_day(date(2027, 1, 30)) == "1月30日"
