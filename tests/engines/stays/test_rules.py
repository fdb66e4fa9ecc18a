"""From passings to stays, whatever the order."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.engines.lots.rules import Tariff
from backend.engines.stays.rules import DOUBLE, Bill, Passing, Phase, due, pair

START = datetime(2026, 11, 18, tzinfo=UTC)
TARIFF = Tariff(free_minutes=30, step_minutes=60, step_price=300, day_cap=2000)


def passing(minute: int, kind: str, device: int = 1, sequence: int | None = None) -> Passing:
    number = minute if sequence is None else sequence
    return Passing(START + timedelta(minutes=minute), device, number, kind == "in")


def phases(*said: tuple[int, str]) -> list[Phase]:
    return [one.phase for one in pair([passing(*one) for one in said])]


def test_examples() -> None:
    assert phases() == []
    assert phases((1, "in")) == [Phase.INSIDE]
    assert phases((1, "in"), (90, "out")) == [Phase.LEFT]
    assert phases((90, "out")) == [Phase.UNMATCHED]
    assert phases((1, "in"), (90, "in"), (99, "out")) == [Phase.LOST, Phase.LEFT]
    assert phases((1, "in"), (2, "in"), (99, "out"), (100, "out")) == [Phase.LEFT]


passings = st.lists(
    st.builds(
        Passing,
        at=st.integers(0, 3000).map(lambda one: START + timedelta(minutes=one)),
        device=st.integers(1, 3),
        sequence=st.integers(1, 10**6),
        is_entry=st.booleans(),
    ),
    max_size=20,
    unique_by=lambda one: (one.device, one.sequence),
)


@settings(max_examples=300)
@given(passings, st.integers(0, 2**32), st.integers(0, 5))
def test_order_and_repetition_do_not_matter(seen: list[Passing], seed: int, again: int) -> None:
    shuffled = [*seen, *seen[:again]]
    Random(seed).shuffle(shuffled)
    assert pair(shuffled) == pair(seen)


@settings(max_examples=300)
@given(passings)
def test_stays_follow_each_other(seen: list[Passing]) -> None:
    found = pair(seen)
    assert len({one.key for one in found}) == len(found)
    assert sum(one.phase is Phase.INSIDE for one in found) <= 1
    for one in found:
        if one.entered_at and one.left_at:
            assert one.entered_at <= one.left_at
    ends = [one.left_at or one.entered_at for one in found]
    assert ends == sorted(ends)  # type: ignore[type-var]


@settings(max_examples=300)
@given(passings, st.data())
def test_what_was_over_before_stays_as_it_is(seen: list[Passing], data: st.DataObject) -> None:
    """Deriving from the entry of an earlier finished stay on gives the same end of the list: that
    is what `queries.anchor` rests on."""
    found = pair(seen)
    over = [one for one in found if one.phase is Phase.LEFT]
    if not over:
        return
    chosen = data.draw(st.sampled_from(over))
    assert chosen.entered_at is not None
    later = [one for one in seen if one.at >= chosen.entered_at]
    assert found[-1] in pair(later)
    tail = [one for one in found if one.left_at and chosen.left_at and one.left_at > chosen.left_at]
    assert [one for one in pair(later) if one in tail] == tail


def test_the_quoted_amount_stands_while_there_is_time_to_leave() -> None:
    quoted = START + timedelta(minutes=61)
    bill = Bill(TARIFF, START, quoted_at=quoted, paid_until=quoted + timedelta(minutes=15))
    assert bill.fee_at(quoted + timedelta(minutes=15)) == bill.fee_at(quoted) == 600
    assert bill.fee_at(quoted + timedelta(minutes=70)) == 900
    # A car that turns out to have left long before is not charged for what it paid ahead.
    assert bill.fee_at(START + timedelta(minutes=40)) == 300


def test_a_cover_ends() -> None:
    bill = Bill(TARIFF, START, free_until=START + timedelta(hours=2))
    assert bill.fee_at(START + timedelta(hours=2)) == 0
    assert bill.fee_at(START + timedelta(hours=3, minutes=1)) == 600


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7))
def test_what_is_due_is_never_negative(fee: int, paid: int, waived: int) -> None:
    assert due(fee, paid, waived) == max(fee - paid - waived, 0)


def test_double_readings_are_short() -> None:
    assert timedelta() < DOUBLE < timedelta(minutes=5)
