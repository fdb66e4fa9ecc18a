"""The life of a thing that looks for another owner."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.exchanges.permissions import P


class ItemStatus(Labelled):
    OFFERED = "offered", "待交换"
    RESERVED = "reserved", "已有人预定"
    HANDED = "handed", "已交换"
    WITHDRAWN = "withdrawn", "已收回"
    REMOVED = "removed", "已下架"


S = ItemStatus
MOVES = moves(
    ("reserve", {S.OFFERED}, S.RESERVED, P.TAKE),
    ("give-up", {S.RESERVED}, S.OFFERED, P.KEEP),
    ("release", {S.RESERVED}, S.OFFERED, P.GIVE),
    ("hand-over", {S.RESERVED}, S.HANDED, P.GIVE),
    ("withdraw", {S.OFFERED, S.RESERVED}, S.WITHDRAWN, P.GIVE),
    ("remove", {S.OFFERED, S.RESERVED}, S.REMOVED, P.RUN),
)
