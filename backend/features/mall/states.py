"""The life of a redemption."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.mall.permissions import P


class RedemptionStatus(Labelled):
    WAITING = "waiting", "待领取"
    DONE = "done", "已领取"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已过期"


S = RedemptionStatus

MOVES = moves(
    ("hand-over", {S.WAITING}, S.DONE, P.SERVE),
    ("cancel", {S.WAITING}, S.CANCELLED, P.REDEEM),
    ("call-off", {S.WAITING}, S.CANCELLED, P.SERVE),
    ("expire", {S.WAITING}, S.EXPIRED, P.KEEP),
)
