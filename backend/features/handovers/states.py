"""The life of a settlement between a former and a present owner."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.handovers.permissions import P


class Kind(Labelled):
    REFUND = "refund", "预存余额退还原业主"
    BALANCE = "balance", "预存余额转给新业主"
    BILLS = "bills", "欠费由新业主承担"


class HandoverStatus(Labelled):
    OPEN = "open", "待办理"
    DONE = "done", "已完成"
    DROPPED = "dropped", "已取消"


S = HandoverStatus

MOVES = moves(
    ("confirm", {S.OPEN}, S.DONE, P.OWN),
    ("pay-out", {S.OPEN}, S.DONE, P.PAY_OUT),
    ("drop", {S.OPEN}, S.DROPPED, P.OWN),
)
