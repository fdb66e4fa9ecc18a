"""The life of points that are set aside."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.points.permissions import P


class HoldStatus(Labelled):
    RESERVED = "reserved", "已预留"
    SPENT = "spent", "已使用"
    RELEASED = "released", "已退回"


S = HoldStatus

MOVES = moves(
    ("spend", {S.RESERVED}, S.SPENT, P.KEEP),
    ("release", {S.RESERVED}, S.RELEASED, P.KEEP),
)
