"""The life of somebody's hours of one service."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.hours.permissions import P


class HourStatus(Labelled):
    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REJECTED = "rejected", "未认可"


H = HourStatus
MOVES = moves(
    ("confirm", {H.PROPOSED}, H.CONFIRMED, P.HOST),
    ("reject", {H.PROPOSED}, H.REJECTED, P.HOST),
    ("correct", {H.CONFIRMED}, None, P.HOST),
)
