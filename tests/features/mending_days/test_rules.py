"""Hours, turns, parts of a day and codes, whatever the numbers."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from backend.core import clock, crypto
from backend.engines.craftsmen.rules import Part, parts_of
from backend.features.mending_days import rules
from backend.features.mending_days.states import BENCH_MOVES, DAY_MOVES, BenchStatus, DayStatus
from tests.conftest import KEYS

DAWN = datetime(2026, 11, 19, tzinfo=clock.SHANGHAI)
minutes = st.integers(0, 24 * 60 - 1)
spans = st.tuples(minutes, minutes).filter(lambda one: one[0] < one[1])


def at(minute: int) -> datetime:
    return DAWN + timedelta(minutes=minute)


@given(spans, st.integers(rules.SHORTEST, rules.LONGEST))
def test_turns_fill_the_time_and_follow_each_other(span: tuple[int, int], length: int) -> None:
    found = list(rules.turns(at(span[0]), at(span[1]), length))
    assert len(found) == (span[1] - span[0]) // length
    assert all(end - start == timedelta(minutes=length) for start, end in found)
    assert all(one[1] == after[0] for one, after in pairwise(found))
    assert not found or found[0][0] == at(span[0])


@given(spans, spans)
def test_stretches_that_overlap_share_a_part(one: tuple[int, int], other: tuple[int, int]) -> None:
    assume(one[0] < other[1] and other[0] < one[1])
    both = [set(parts_of(at(span[0]), at(span[1]))) for span in (one, other)]
    assert both[0] & both[1]


def test_parts_are_those_of_calls() -> None:
    assert parts_of(at(9 * 60), at(11 * 60)) == [Part.MORNING]
    assert parts_of(at(8 * 60), at(13 * 60)) == [Part.MORNING]
    assert parts_of(at(12 * 60), at(13 * 60 + 1)) == [Part.MORNING, Part.AFTERNOON]
    assert parts_of(at(14 * 60), at(18 * 60)) == [Part.AFTERNOON]
    assert parts_of(at(7 * 60), at(21 * 60)) == list(Part)


@given(spans, st.integers(-3, 70))
def test_hours_that_are_taken_are_ahead_and_in_daylight(span: tuple[int, int], days: int) -> None:
    now = at(12 * 60)
    starts, ends = (at(one) + timedelta(days=days) for one in span)
    is_good = not rules.wrong_hours(starts, ends, now)
    day = starts.replace(hour=0, minute=0)
    first = day + timedelta(hours=rules.FIRST_HOUR)
    last = day + timedelta(hours=rules.LAST_HOUR)
    assert is_good == (now < starts <= now + rules.AHEAD and first <= starts < ends <= last)


def test_codes_are_the_keys_and_the_bookings() -> None:
    crypto.configure(KEYS)
    codes = [rules.code_of(number) for number in range(1, 500)]
    assert codes == [rules.code_of(number) for number in range(1, 500)]
    assert all(len(one) == rules.DIGITS and one.isdigit() for one in codes)
    assert len(set(codes)) > 495
    try:
        crypto.configure(crypto.new_key("other"))
        assert rules.code_of(1) != codes[0]
    finally:
        crypto.configure(KEYS)


def test_nothing_leads_out_of_an_end() -> None:
    assert {target for one in DAY_MOVES.values() for target in one.targets} == {
        DayStatus.CALLED_OFF,
        DayStatus.OVER,
    }
    assert all(one.sources == {DayStatus.ANNOUNCED} for one in DAY_MOVES.values())
    assert all(one.sources == {BenchStatus.SET} for one in BENCH_MOVES.values())
