"""The life of a vote. Text and roll stand still from `freeze` on; slips are taken while it is open,
those on paper until it is counted."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.votings.permissions import P


class VotingStatus(Labelled):
    DRAFT = "draft", "准备中"
    FROZEN = "frozen", "名册公示"
    OPEN = "open", "投票中"
    ENDED = "ended", "等待计票"
    COUNTED = "counted", "已公布结果"
    CANCELLED = "cancelled", "已取消"


S = VotingStatus
KNOWN = frozenset(S) - {S.DRAFT}
"""What those who vote get to see."""
RUNNING = frozenset({S.DRAFT, S.FROZEN, S.OPEN, S.ENDED})

MOVES = moves(
    ("change", {S.DRAFT}, None, P.HOLD),
    ("freeze", {S.DRAFT}, S.FROZEN, P.HOLD),
    ("thaw", {S.FROZEN}, S.DRAFT, P.HOLD),
    ("start", {S.FROZEN}, S.OPEN, P.HOLD),
    ("end", {S.OPEN}, S.ENDED, P.HOUSE),
    ("count", {S.ENDED}, S.COUNTED, P.RULE),
    ("cancel", {S.DRAFT, S.FROZEN, S.OPEN, S.ENDED}, S.CANCELLED, P.RULE),
)
