"""The life of a stall."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.stalls.permissions import P


class StallStatus(Labelled):
    OFFERED = "offered", "待确认"
    ACCEPTED = "accepted", "已确认"
    DECLINED = "declined", "未采用"
    WITHDRAWN = "withdrawn", "已退出"


S = StallStatus
MOVES = moves(
    ("accept", {S.OFFERED}, S.ACCEPTED, P.RUN),
    ("decline", {S.OFFERED, S.ACCEPTED}, S.DECLINED, P.RUN),
    ("place", {S.ACCEPTED}, None, P.RUN),
    ("withdraw", {S.OFFERED, S.ACCEPTED}, S.WITHDRAWN, P.OFFER),
)
