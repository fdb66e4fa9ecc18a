"""The life of a request, as far as tables and clocks alone decide it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.features.move_car import rules
from backend.features.move_car.permissions import P
from backend.features.move_car.rules import Reason
from backend.features.move_car.states import MOVES, OPEN, RequestStatus

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)


def test_every_open_request_can_be_ended_by_the_asker() -> None:
    for name in ("moved", "withdraw"):
        assert MOVES[name].sources == OPEN
        assert MOVES[name].who == P.ASK


def test_nothing_leads_out_of_an_end() -> None:
    ended = set(RequestStatus) - OPEN
    assert all(not move.sources & ended for move in MOVES.values())


def test_every_status_is_reached() -> None:
    reached = {target for move in MOVES.values() for target in move.targets}
    assert reached | {RequestStatus.ASKED} == set(RequestStatus)


@given(st.sampled_from(list(Reason)), st.integers(0, 3600))
def test_unknown_and_silent_look_the_same(reason: Reason, seconds: int) -> None:
    """Whatever the house has done by then, the asker is shown what the clock says."""
    now = NOW + timedelta(seconds=seconds)
    hidden = (RequestStatus.ASKED, RequestStatus.PASSED_ON, RequestStatus.ESCALATED)
    assert len({rules.shown_status(one, reason, NOW, now) for one in hidden}) == 1


@given(st.sampled_from(list(Reason)), st.lists(st.integers(0, 3600), min_size=2))
def test_what_is_shown_never_goes_back(reason: Reason, moments: list[int]) -> None:
    order = [RequestStatus.ASKED, RequestStatus.PASSED_ON, RequestStatus.ESCALATED]
    shown = [
        order.index(
            rules.shown_status(RequestStatus.ASKED, reason, NOW, NOW + timedelta(seconds=one))
        )
        for one in sorted(moments)
    ]
    assert shown == sorted(shown)
