"""The life of a purchase."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.purchases.permissions import P


class PurchaseStatus(Labelled):
    UNPAID = "unpaid", "待支付"
    PAID = "paid", "待接单"
    ACCEPTED = "accepted", "备货中"
    READY = "ready", "待取货"
    DELIVERING = "delivering", "配送中"
    DONE = "done", "已完成"
    CLOSED = "closed", "已关闭"
    CANCELLED = "cancelled", "已取消"


S = PurchaseStatus
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
