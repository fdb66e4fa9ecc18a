"""What counts as agreeing, over all that can be."""

from hypothesis import given
from hypothesis import strategies as st

from backend.engines.settlements.rules import (
    Kind,
    Moved,
    Ours,
    Subject,
    Theirs,
    Traded,
    judge,
    judge_funds,
)

FEN = st.integers(1, 10**9)
NUMBERS = st.sampled_from(["4200a", "4200b"])
THEIRS = st.builds(
    Theirs, FEN, st.sampled_from(["SUCCESS", "PROCESSING", "CHANGE"]), NUMBERS, st.integers(1, 3)
)
OURS = st.builds(Ours, FEN, st.booleans(), st.booleans(), st.none() | NUMBERS)
TRADING = st.sampled_from([Subject.PAYMENT, Subject.REFUND])


@given(FEN, NUMBERS, TRADING)
def test_the_same_on_both_sides_agrees(amount: int, number: str, subject: Subject) -> None:
    said, had = Theirs(amount, "SUCCESS", number, 1), Ours(amount, True, False, number)
    assert judge(subject, [said], had) is None


@given(st.lists(THEIRS, max_size=3), st.none() | OURS, TRADING)
def test_agreeing_means_that_the_money_is_the_same(
    said: list[Theirs], had: Ours | None, subject: Subject
) -> None:
    """Whatever is passed over has one amount, one number, and no side that says done alone."""
    if judge(subject, said, had) is not None:
        return
    if had is None or not said:
        assert not said
        assert had is None or not had.is_done
        return
    assert {one.amount for one in said[-1:]} == {had.amount}
    assert had.wechat_no in (None, said[-1].wechat_no)
    assert len({one.wechat_no for one in said}) == 1
    if said[-1].status == "SUCCESS":
        assert had.is_done
    if subject is Subject.PAYMENT:
        assert len(said) == 1


@given(st.lists(THEIRS, min_size=1, max_size=3), TRADING)
def test_a_line_of_nobodys_is_always_found(said: list[Theirs], subject: Subject) -> None:
    assert judge(subject, said, None) is Kind.THEIRS_ONLY


@given(OURS, TRADING)
def test_money_of_ours_without_a_line_is_found_when_done(had: Ours, subject: Subject) -> None:
    assert judge(subject, [], had) is (Kind.OURS_ONLY if had.is_done else None)


@given(FEN, st.integers(0, 10**6))
def test_money_that_came_less_its_fee_is_right(settled: int, fee: int) -> None:
    assert judge_funds(Traded(settled, fee, False), Moved(settled, 0, fee)) is None


@given(FEN, st.data())
def test_money_that_went_less_the_fee_given_back_is_right(
    settled: int, data: st.DataObject
) -> None:
    """In one line or in two, and nothing else is."""
    fee = data.draw(st.integers(0, settled))
    traded = Traded(settled, -fee, True)
    inside = data.draw(st.integers(0, fee))
    moved = Moved(0, settled - inside, inside - fee)
    assert judge_funds(traded, moved) is None
    wrong = data.draw(st.integers(-5, 5).filter(bool))
    assert judge_funds(traded, Moved(0, settled - inside + wrong, inside - fee)) is not None
    assert judge_funds(traded, Moved(0, settled - inside, inside - fee + wrong)) is not None


@given(FEN, st.integers(0, 10**6), st.integers(0, 10**9), st.integers(0, 10**6))
def test_any_other_movement_of_a_payment_is_found(
    settled: int, fee: int, income: int, taken: int
) -> None:
    found = judge_funds(Traded(settled, fee, False), Moved(income, 0, taken))
    assert (found is None) == ((income, taken) == (settled, fee))
