"""Months and reminders."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.engines.passes import rules


def day(text: str) -> datetime:
    return rules.midnight(date.fromisoformat(text))


def test_months_end_with_the_month() -> None:
    assert rules.after_months(day("2026-11-24"), 1) == day("2026-12-24")
    assert rules.after_months(day("2026-01-31"), 1) == day("2026-02-28")
    assert rules.after_months(day("2027-11-30"), 3) == day("2028-02-29")
    assert rules.after_months(day("2026-12-15"), 12) == day("2027-12-15")


def test_a_renewal_follows_what_is_running() -> None:
    today = date(2026, 11, 24)
    assert rules.term(None, today, 1) == (day("2026-11-24"), day("2026-12-24"))
    assert rules.term(day("2026-12-24"), today, 1) == (day("2026-12-24"), day("2027-01-24"))
    assert rules.term(day("2026-11-01"), today, 1) == (day("2026-11-24"), day("2026-12-24"))


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.lists(st.integers(1, 12), max_size=8))
def test_terms_follow_without_gap_or_overlap(today: date, bought: list[int]) -> None:
    until = None
    for months in bought:
        begins, ends = rules.term(until, today, months)
        assert begins == (until or rules.midnight(today))
        assert timedelta(days=27 * months) < ends - begins < timedelta(days=32 * months)
        until = ends


def test_reminders_come_once_each() -> None:
    until = day("2026-12-24")
    sent, told = 0, []
    for hours in range(24 * 30, -2, -1):
        due = rules.reminder_due(until, sent, until - timedelta(hours=hours))
        if due is not None:
            sent = due
            told.append(hours)
    assert told == [24 * 7, 24]
    assert rules.reminder_due(until, 0, until - timedelta(hours=2)) == 2


def test_codes_can_be_read_aloud() -> None:
    codes = {rules.new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(one) == rules.CODE_LENGTH for one in codes)
    assert set("".join(codes)) <= set(rules.CODE_ALPHABET)
