"""Periods and amounts."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engines.tariffs import rules
from backend.engines.tariffs.rules import Dial, Period, Seen, Step, Unlikely

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
periods = st.sampled_from(list(Period))


@given(periods, days)
def test_a_day_lies_in_the_period_that_it_names(period: Period, day: date) -> None:
    span = rules.span_of(period, day)
    assert span.first <= day <= span.last
    assert rules.span_called(period, span.key) == span
    following = rules.span_of(period, span.last + timedelta(days=1))
    assert rules.before(period, following) == span


@pytest.mark.parametrize(
    ("period", "key"),
    [
        (Period.MONTH, "2026-13"),
        (Period.MONTH, "2026-00"),
        (Period.MONTH, "2026Q1"),
        (Period.QUARTER, "2026Q5"),
        (Period.QUARTER, "2026-01"),
        (Period.QUARTER, "2026"),
        (Period.YEAR, "2026-01"),
        (Period.YEAR, "0000"),
        (Period.MONTH, "2026-1"),
    ],
)
def test_what_is_no_period_of_the_kind_is_none(period: Period, key: str) -> None:
    assert rules.span_called(period, key) is None


def test_names() -> None:
    assert rules.span_of(Period.QUARTER, date(2026, 11, 24)).name == "2026年第4季度"
    assert rules.span_of(Period.MONTH, date(2026, 11, 24)).name == "2026年11月"
    assert rules.span_of(Period.YEAR, date(2026, 11, 24)).name == "2026年"


@given(st.integers(1, 10**6), st.integers(1, 10**8), st.integers(1, 12))
def test_an_area_times_a_price_is_rounded_once_half_up(
    square: int, price: int, months: int
) -> None:
    exact = Fraction(square, 100) * Fraction(price, 100) * months
    amount = rules.by_area(square, price, months)
    assert abs(amount - exact) <= Fraction(1, 2)
    assert amount - exact != Fraction(-1, 2)


ladders = st.lists(st.integers(1, 10**6), unique=True, max_size=4).flatmap(
    lambda tops: st.lists(
        st.integers(1, 10**6), min_size=len(tops) + 1, max_size=len(tops) + 1
    ).map(lambda prices: list(map(Step, [*sorted(tops), None], prices)))
)


@given(st.integers(0, 10**7), ladders)
def test_steps_share_out_all_of_a_usage(usage: int, steps: list[Step]) -> None:
    assert rules.are_steps(steps)
    parts = rules.parts_of(usage, steps)
    assert sum(one.usage for one in parts) == usage
    exact = sum(Fraction(one.usage, 1000) * Fraction(one.price, 100) for one in parts)
    assert abs(rules.metered(usage, steps) - exact) <= Fraction(1, 2)


@given(ladders, st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_usage_never_costs_less(steps: list[Step], one: int, more: int) -> None:
    assert rules.metered(one, steps) <= rules.metered(one + more, steps)


def test_what_are_no_steps() -> None:
    assert not rules.are_steps([])
    assert not rules.are_steps([Step(10, 1)])
    assert not rules.are_steps([Step(None, 1), Step(None, 1)])
    assert not rules.are_steps([Step(10, 1), Step(10, 1), Step(None, 1)])


@given(st.integers(0, 99_999_999), st.integers(0, 50_000_000))
def test_a_dial_that_begins_anew_counts_on(start: int, through: int) -> None:
    dial = Dial(5)
    end = (start + through) % dial.round
    seen = Seen(end, is_rolled_over=start + through >= dial.round)
    assert rules.usage_of(start, seen, dial) == through


def test_an_exchanged_meter() -> None:
    seen = Seen(value=12_000, old_end=150_000, new_start=2_000)
    assert rules.usage_of(100_000, seen, Dial(5)) == 50_000 + 10_000


@pytest.mark.parametrize(
    "seen",
    [
        Seen(99_000),
        Seen(100_000, is_rolled_over=True),
        Seen(10**8),
        Seen(12_000, old_end=99_000, new_start=0),
        Seen(1_000, old_end=150_000, new_start=2_000),
    ],
)
def test_figures_that_cannot_be(seen: Seen) -> None:
    with pytest.raises(Unlikely):
        rules.usage_of(100_000, seen, Dial(5))


def test_words() -> None:
    assert rules.yuan(123_456_705) == "1,234,567.05"
    assert rules.yuan(-5) == "-0.05"
    assert rules.price_text(12_500) == "1.25"
    assert rules.price_text(5_469) == "0.5469"
    assert rules.price_text(30_000) == "3.00"
    assert rules.price_text(15_000) == "1.50"
    assert rules.quantity_text(12_000) == "12"
    assert rules.quantity_text(12_050) == "12.05"
