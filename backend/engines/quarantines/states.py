"""The life of what disagrees."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.quarantines.permissions import P


class Why(Labelled):
    """What disagrees with our books."""

    UNKNOWN = "unknown", "没有这个单号"
    MERCHANT = "merchant", "商户号不一致"
    APP = "app", "小程序不一致"
    AMOUNT = "amount", "金额不一致"
    CURRENCY = "currency", "币种不一致"
    TWICE = "twice", "重复支付"
    STATE = "state", "状态不一致"
    UNREADABLE = "unreadable", "内容不完整"


class QuarantineStatus(Labelled):
    OPEN = "open", "待处理"
    ACCEPTED = "accepted", "已入账"
    REFUNDED = "refunded", "已退款"
    IGNORED = "ignored", "不处理"


S = QuarantineStatus

OURS = frozenset({Why.UNKNOWN, Why.AMOUNT, Why.TWICE})
"""Money that lies in our account: it can be taken in, or sent back."""

MOVES = moves(
    ("accept", {S.OPEN}, S.ACCEPTED, P.RULE),
    ("refund", {S.OPEN}, S.REFUNDED, P.RULE),
    ("ignore", {S.OPEN}, S.IGNORED, P.RULE),
)
