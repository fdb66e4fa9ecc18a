"""The life of a paper ballot. It is in the box once it is counted; until then a vote by phone that
comes first is the one that counts."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.papers.permissions import P


class PaperStatus(Labelled):
    WAITING = "waiting", "待第二人录入"
    DISPUTED = "disputed", "两次录入不一致"
    COUNTED = "counted", "已计入"
    OUTRUN = "outrun", "已先用手机投票，不计入"
    VOID = "void", "作废"


S = PaperStatus
OPEN = frozenset({S.WAITING, S.DISPUTED})

MOVES = moves(
    ("confirm", {S.WAITING}, S.COUNTED, P.ENTER),
    ("dispute", {S.WAITING}, S.DISPUTED, P.ENTER),
    ("outrun", OPEN, S.OUTRUN, P.ENTER),
    ("rule", {S.DISPUTED}, S.COUNTED, P.RULE),
    ("void", OPEN, S.VOID, P.RULE),
)
