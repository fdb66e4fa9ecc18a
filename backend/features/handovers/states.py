"""The life of a settlement between a former and a present owner."""

from enum import StrEnum

from backend.core.states import moves
from backend.features.handovers.permissions import P


class Kind(StrEnum):
    REFUND = "refund"
    BALANCE = "balance"
    BILLS = "bills"

    @property
    def label(self) -> str:
        return {
            "refund": "预存余额退还原业主",
            "balance": "预存余额转给新业主",
            "bills": "欠费由新业主承担",
        }[self.value]


class HandoverStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {"open": "待办理", "done": "已完成", "dropped": "已取消"}[self.value]


S = HandoverStatus

MOVES = moves(
    ("confirm", {S.OPEN}, S.DONE, P.OWN),
    ("pay-out", {S.OPEN}, S.DONE, P.PAY_OUT),
    ("drop", {S.OPEN}, S.DROPPED, P.OWN),
)
