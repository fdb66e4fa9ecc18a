"""What a stay costs."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.clock import SHANGHAI
from backend.engines.lots.rules import LONGEST, Night, Tariff, fee

HOURLY = Tariff(free_minutes=30, step_minutes=60, step_price=300, day_cap=2000)
NIGHTLY = Tariff(15, 30, 200, 3000, Night(begins=21 * 60, ends=7 * 60, step_price=100, cap=500))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("tariff", "entered", "left", "wanted"),
    [
        (HOURLY, "11-18 10:00", "11-18 10:00", 0),
        (HOURLY, "11-18 10:00", "11-18 09:00", 0),
        (HOURLY, "11-18 10:00", "11-18 10:30", 0),
        (HOURLY, "11-18 10:00", "11-18 10:31", 300),
        (HOURLY, "11-18 10:00", "11-18 11:00", 300),
        (HOURLY, "11-18 10:00", "11-18 11:01", 600),
        (HOURLY, "11-18 00:00", "11-19 00:00", 2000),
        (HOURLY, "11-18 23:30", "11-19 00:30", 600),  # midnight begins a day and a step
        (HOURLY, "11-18 10:00", "11-20 10:00", 6000),
        (NIGHTLY, "11-18 20:00", "11-18 21:00", 400),
        (NIGHTLY, "11-18 20:00", "11-18 22:00", 600),
        (NIGHTLY, "11-18 21:00", "11-19 07:00", 500),  # the night's cap
        (NIGHTLY, "11-18 21:00", "11-19 07:30", 700),
        (NIGHTLY, "11-18 02:00", "11-18 03:00", 200),  # a night that began yesterday
        (NIGHTLY, "11-18 07:00", "11-19 07:00", 3000),  # the parking day's cap
    ],
)
def test_examples(tariff: Tariff, entered: str, left: str, wanted: int) -> None:
    assert fee(tariff, at(entered), at(left)) == wanted


minutes = st.integers(0, 5 * 24 * 60)
nights = st.none() | st.builds(
    Night,
    begins=st.integers(0, 719),
    ends=st.integers(720, 1439),
    step_price=st.integers(0, 500),
    cap=st.none() | st.integers(0, 2000),
)
tariffs = st.builds(
    Tariff,
    free_minutes=st.integers(0, 180),
    step_minutes=st.integers(5, 240),
    step_price=st.integers(0, 1000),
    day_cap=st.none() | st.integers(0, 5000),
    night=nights,
)
starts = st.integers(0, 1_000_000).map(lambda one: at("01-01 00:00") + timedelta(minutes=one))


@settings(max_examples=200)
@given(tariffs, starts, minutes, minutes)
def test_longer_is_never_cheaper(tariff: Tariff, start: datetime, one: int, more: int) -> None:
    """Neither by leaving later nor by coming earlier."""
    short, long = sorted((one, more))
    end = start + timedelta(minutes=long)
    assert fee(tariff, start, start + timedelta(minutes=short)) <= fee(tariff, start, end)
    assert fee(tariff, end - timedelta(minutes=short), end) <= fee(tariff, start, end)


@settings(max_examples=200)
@given(tariffs, starts, minutes)
def test_caps_and_bounds_hold(tariff: Tariff, start: datetime, length: int) -> None:
    cost = fee(tariff, start, start + timedelta(minutes=length))
    assert cost >= 0
    if length <= tariff.free_minutes:
        assert cost == 0
    if tariff.day_cap is not None:
        assert cost <= tariff.day_cap * (length // 1440 + 2)


@settings(max_examples=100)
@given(tariffs, starts, minutes, st.integers(1, 300))
def test_a_day_later_costs_the_same(
    tariff: Tariff, start: datetime, length: int, days: int
) -> None:
    """Every day is like every other: no summer time, no month, no year."""
    end = start + timedelta(minutes=length)
    shift = timedelta(days=days)
    assert fee(tariff, start, end) == fee(tariff, start + shift, end + shift)


@given(starts)
def test_a_car_left_for_good_is_no_endless_bill(start: datetime) -> None:
    end = start + LONGEST
    assert fee(HOURLY, start, end) == fee(HOURLY, start, end + timedelta(days=9999))
