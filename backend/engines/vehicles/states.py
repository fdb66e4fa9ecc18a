"""The life of a vehicle's registration."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.vehicles.permissions import P


class VehicleStatus(Labelled):
    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "未通过"
    ENDED = "ended", "已解除"


S = VehicleStatus
LIVE = frozenset({S.PENDING, S.CONFIRMED})

MOVES = moves(
    ("confirm", {S.PENDING}, S.CONFIRMED, P.CONFIRM),
    ("refuse", {S.PENDING}, S.REFUSED, P.CONFIRM),
    ("end", LIVE, S.ENDED, P.END),
)
