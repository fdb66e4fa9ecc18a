"""Hours and licences by rule alone."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.core.clock import SHANGHAI
from backend.engines.shops import rules
from backend.engines.shops.rules import Hours, LicenceKind, ShopKind

WEEK = [[("09:00", "12:00"), ("14:00", "24:00")]] * 5 + [[], [("10:00", "11:00")]]
MONDAY = datetime(2026, 11, 16, tzinfo=SHANGHAI)


def at(day: int, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def test_open_to_the_minute() -> None:
    hours = Hours(WEEK)
    assert [rules.is_open(hours, at(0, one)) for one in ("08:59", "09:00", "11:59", "12:00")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert rules.is_open(hours, at(0, "23:59"))
    assert not rules.is_open(hours, at(5, "10:00"))
    assert rules.opening_words(hours, at(0, "08:00")) == "今天 09:00 开门"
    assert rules.opening_words(hours, at(4, "12:30")) == "今天 14:00 开门"
    assert rules.opening_words(hours, at(5, "12:30")) == "明天 10:00 开门"
    assert rules.opening_words(Hours([[]] * 7), at(0, "12:30")) == "暂停营业"


times = st.integers(0, 60 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@given(times, st.none() | times)
def test_it_is_open_when_it_says_it_will_open(now: datetime, closed_until: datetime | None) -> None:
    hours = Hours(WEEK, {"2026-11-25": []}, closed_until)
    opens = rules.next_opening(hours, now)
    if rules.is_open(hours, now):
        assert opens is None
    elif opens is not None:
        assert opens >= now
        assert rules.is_open(hours, opens)


def test_the_shortest_needed_licence_counts_and_the_longest_of_a_kind() -> None:
    day = date(2027, 1, 1)
    business, food = LicenceKind.BUSINESS, LicenceKind.FOOD
    assert rules.licensed_until(ShopKind.RESTAURANT, [(business, day)]) is None
    held = [(business, rules.FOREVER), (food, date(2026, 1, 1)), (food, day)]
    assert rules.licensed_until(ShopKind.RESTAURANT, held) == day
    assert rules.licensed_until(ShopKind.SERVICE, held) == rules.FOREVER


@given(st.integers(0, 60))
def test_each_reminder_goes_out_once(start: int) -> None:
    """Looked at every day from `start` days before: each of 30, 7, 1 that is still ahead, once."""
    today, reminded, sent = date(2026, 11, 1), None, []
    ends = today + timedelta(days=start)
    for n in range(start + 5):
        due = rules.reminder_due(ends, today + timedelta(days=n), reminded)
        if due is not None:
            sent.append(due)
            reminded = due
    first = next((d for d in (1, 7, 30) if start <= d), 30)
    assert sent == [d for d in (30, 7, 1) if d <= first]
