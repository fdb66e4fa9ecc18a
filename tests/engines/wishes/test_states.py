"""The lives of wishes and claims, as far as tables and sums alone decide them."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from backend.engines.wishes import rules
from backend.engines.wishes.permissions import P
from backend.engines.wishes.rules import Circle
from backend.engines.wishes.states import (
    CLAIM_MOVES,
    ENDED,
    LIVE,
    MOVES,
    SETTLING,
    SHARED,
    ClaimStatus,
    WishStatus,
)

C, W = ClaimStatus, WishStatus


def test_nothing_leads_out_of_an_end() -> None:
    leaving = [one for one in MOVES.values() if one.sources & ENDED and one.targets]
    assert leaving == []
    ended = {C.CONFIRMED, C.RELEASED}
    assert all(not one.sources & ended for one in CLAIM_MOVES.values())


def test_every_status_is_reached() -> None:
    reached = {target for one in MOVES.values() for target in one.targets}
    assert reached == set(W)
    assert {target for one in CLAIM_MOVES.values() for target in one.targets} == set(C)


def test_wherever_claims_lead_there_is_a_move() -> None:
    for goal, name in SETTLING.items():
        assert MOVES[name].targets == {goal}
        assert MOVES[name].sources >= SHARED
        assert MOVES[name].who == P.HOUSE


def test_nobody_but_the_claimer_says_that_it_is_done_and_never_confirms() -> None:
    assert CLAIM_MOVES["fulfil"].who == P.CLAIM
    assert CLAIM_MOVES["confirm"].who == P.CONFIRM


@given(st.sets(st.sampled_from(list(Circle)), min_size=1))
def test_circles_grow_and_begin_at_once(present: set[Circle]) -> None:
    steps = rules.steps(dict.fromkeys(present, "/1/"))
    assert steps[0][1] == timedelta()
    assert [one for one, _ in steps] == [one for one in Circle if one in present]
    delays = [after for _, after in steps]
    assert delays == sorted(set(delays))


@given(
    st.dictionaries(st.sampled_from(sorted(LIVE)), st.integers(0, 9)),
    st.integers(1, 20),
    st.booleans(),
)
def test_where_claims_put_a_wish(
    shares: dict[ClaimStatus, int], needed: int, is_over: bool
) -> None:
    goal = rules.standing(shares, needed, is_over=is_over)
    taken = sum(shares.values())
    assert (goal is W.OPEN) == (taken < needed and not is_over)
    assert (goal is W.EXPIRED) == (not taken and is_over)
    if goal is W.CONFIRMED:
        assert shares.get(C.CONFIRMED) == taken > 0


class Life(RuleBasedStateMachine):
    """Claims come, go, are done and confirmed by chance: never more shares than are needed, and a
    wish stands as confirmed only when every share of it is."""

    def __init__(self) -> None:
        super().__init__()
        self.needed = 5
        self.claims: list[tuple[ClaimStatus, int]] = []
        self.is_over = False
        self.status = W.OPEN

    def _shares(self) -> dict[ClaimStatus, int]:
        found: dict[ClaimStatus, int] = {}
        for status, shares in self.claims:
            if status in LIVE:
                found[status] = found.get(status, 0) + shares
        return found

    def _settle(self) -> None:
        if self.status not in SHARED:
            return
        goal = rules.standing(self._shares(), self.needed, is_over=self.is_over)
        if goal is not self.status:
            move = MOVES[SETTLING[goal]]
            assert self.status in move.sources
            self.status = goal

    @precondition(lambda self: self.status in MOVES["claim"].sources)
    @rule(shares=st.integers(1, 5))
    def claim(self, shares: int) -> None:
        if not self.is_over and sum(self._shares().values()) + shares <= self.needed:
            self.claims.append((C.HELD, shares))
            self._settle()

    @precondition(lambda self: any(one[0] in (C.HELD, C.FULFILLED) for one in self.claims))
    @rule(data=st.data())
    def move(self, data: Any) -> None:
        at = data.draw(
            st.sampled_from(
                [at for at, one in enumerate(self.claims) if one[0] in (C.HELD, C.FULFILLED)]
            )
        )
        status, shares = self.claims[at]
        names = [
            name
            for name, one in CLAIM_MOVES.items()
            if status in one.sources and name != "call-off"
        ]
        move = CLAIM_MOVES[data.draw(st.sampled_from(names))]
        if move.targets:
            (target,) = move.targets
            self.claims[at] = (target, shares)
        self._settle()

    @rule()
    def time_is_up(self) -> None:
        self.is_over = True
        self._settle()

    @invariant()
    def shares_add_up(self) -> None:
        shares = self._shares()
        assert sum(shares.values()) <= self.needed
        if self.status is W.CONFIRMED:
            assert set(shares) == {C.CONFIRMED}
        if self.status is W.EXPIRED:
            assert shares == {}
        if self.status in SHARED:
            assert self.status is rules.standing(shares, self.needed, is_over=self.is_over)


TestLife = Life.TestCase
