"""Every status by every person; sharing and refunding to the fen; lives by chance."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend.core import pickups
from backend.core.actor import SYSTEM, Actor
from backend.core.states import moves_open_to
from backend.engines.purchases import rules
from backend.engines.purchases.models import Purchase
from backend.engines.purchases.states import ENDED, HELD, MOVES, UNDOING, S

BUYER, SELLER, STRANGER = Actor(1), Actor(2), Actor(3)
EXPECTED = {
    S.UNPAID: ("close", ""),
    S.PAID: ("cancel complain", "accept refuse"),
    S.ACCEPTED: ("complain", "ready deliver hand-over give-up refund"),
    S.READY: ("complain", "deliver hand-over give-up refund"),
    S.DELIVERING: ("receive complain", "hand-over give-up refund"),
    S.DONE: ("rate complain", "refund answer"),
    S.CLOSED: ("", ""),
    S.CANCELLED: ("complain", ""),
}


def purchase(status: S) -> Purchase:
    row = Purchase(id=1, buyer_id=1, status=status, version=1)
    row.sellers = {2}
    return row


@pytest.mark.parametrize("status", S)
def test_who_may_what(status: S) -> None:
    buyer, seller = EXPECTED[status]
    assert moves_open_to(MOVES, purchase(status), BUYER) == buyer.split()
    assert moves_open_to(MOVES, purchase(status), SELLER) == seller.split()
    assert moves_open_to(MOVES, purchase(status), STRANGER) == []


def test_every_way_ends() -> None:
    """From wherever it stands an end can be reached, and from an end nothing is undone."""
    reached = set(ENDED)
    while True:
        more = {
            source for move in MOVES.values() if move.targets & reached for source in move.sources
        } - reached
        if not more:
            break
        reached |= more
    assert reached == set(S)
    assert all(not (MOVES[name].sources & ENDED) for name in UNDOING)
    assert set(S) == HELD | ENDED


amounts = st.lists(st.integers(0, 100_000), min_size=1, max_size=12)


@given(amounts, st.data())
def test_a_reduction_is_shared_to_the_fen(found: list[int], data: Any) -> None:
    reduction = data.draw(st.integers(0, sum(found)))
    shares = rules.shared(found, reduction)
    assert sum(shares) == reduction
    assert all(0 <= share <= amount for share, amount in zip(shares, found, strict=True))


@given(st.integers(0, 10**7), st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_parts_of_a_line_sum_to_the_whole(amount: int, steps: list[int]) -> None:
    quantity, before, back = sum(steps), 0, 0
    for step in steps:
        part = rules.part_of(amount, before, step, quantity)
        assert part >= 0
        back, before = back + part, before + step
    assert back == amount


@given(st.integers(-100, -1) | st.integers(1, 100))
def test_more_than_everything_cannot_be_taken_off(more: int) -> None:
    with pytest.raises(ValueError, match="cannot be taken off"):
        rules.shared([10, 20], more if more < 0 else 30 + more)


def test_codes() -> None:
    assert len(pickups.new()) == 8
    assert pickups.digits_in(" LLQH1234 5678 ") == "12345678"
    assert pickups.digits_in("١٢٣") == ""


class Life(RuleBasedStateMachine):
    """Moves by chance, as the table allows them: goods and money are where they belong."""

    def __init__(self) -> None:
        super().__init__()
        self.row = purchase(S.UNPAID)
        self.paid = self.held = 0
        self.held = 1

    def _make(self, name: str) -> None:
        move = MOVES[name]
        was_paid = self.row.status is not S.UNPAID
        if move.targets:
            (target,) = move.targets
            self.row = purchase(target)
        if name == "settle":
            self.paid = 1
        if name in UNDOING:
            self.held -= 1
            self.paid -= int(was_paid)

    @rule(data=st.data())
    def someone_moves(self, data: Any) -> None:
        who = data.draw(st.sampled_from([BUYER, SELLER, SYSTEM]))
        names = moves_open_to(MOVES, self.row, who)
        if names:
            self._make(data.draw(st.sampled_from(names)))

    @invariant()
    def nothing_is_lost(self) -> None:
        status = self.row.status
        assert self.paid == int(status not in (S.UNPAID, S.CLOSED, S.CANCELLED))
        assert self.held == int(status not in (S.CLOSED, S.CANCELLED))


TestLife = Life.TestCase
