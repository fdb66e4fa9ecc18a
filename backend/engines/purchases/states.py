"""The life of a purchase."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.purchases.permissions import P


class PurchaseStatus(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    ACCEPTED = "accepted"
    READY = "ready"
    DELIVERING = "delivering"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _NAMES[self]


S = PurchaseStatus
_NAMES = {
    S.UNPAID: "待支付",
    S.PAID: "待接单",
    S.ACCEPTED: "备货中",
    S.READY: "待取货",
    S.DELIVERING: "配送中",
    S.DONE: "已完成",
    S.CLOSED: "已关闭",
    S.CANCELLED: "已取消",
}
IN_HAND = frozenset({S.ACCEPTED, S.READY, S.DELIVERING})
"""The shop is at it."""
HELD = frozenset({S.UNPAID, S.PAID}) | IN_HAND
ENDED = frozenset({S.DONE, S.CLOSED, S.CANCELLED})

MOVES = moves(
    ("settle", {S.UNPAID}, S.PAID, P.KEEP),
    ("close", {S.UNPAID}, S.CLOSED, P.BUY),
    ("expire", {S.UNPAID}, S.CLOSED, P.KEEP),
    ("accept", {S.PAID}, S.ACCEPTED, P.SELL),
    ("cancel", {S.PAID}, S.CANCELLED, P.BUY),
    ("refuse", {S.PAID}, S.CANCELLED, P.SELL),
    ("lapse", {S.PAID}, S.CANCELLED, P.KEEP),
    ("ready", {S.ACCEPTED}, S.READY, P.SELL),
    ("deliver", {S.ACCEPTED, S.READY}, S.DELIVERING, P.SELL),
    ("hand-over", {S.ACCEPTED, S.READY, S.DELIVERING}, S.DONE, P.SELL),
    ("receive", {S.DELIVERING}, S.DONE, P.BUY),
    ("finish", {S.READY, S.DELIVERING}, S.DONE, P.KEEP),
    ("give-up", IN_HAND, S.CANCELLED, P.SELL),
    ("refund", {*IN_HAND, S.DONE}, None, P.SELL),
    ("rate", {S.DONE}, None, P.BUY),
    ("answer", {S.DONE}, None, P.SELL),
    ("complain", {S.PAID, *IN_HAND, S.DONE, S.CANCELLED}, None, P.BUY),
)
UNDOING = frozenset({"close", "expire", "cancel", "refuse", "lapse", "give-up"})
"""After these everything that was taken is given back, and what was paid is paid back."""
