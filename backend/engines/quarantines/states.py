"""The life of what disagrees."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.quarantines.permissions import P


class Why(StrEnum):
    """What disagrees with our books."""

    UNKNOWN = "unknown"
    MERCHANT = "merchant"
    APP = "app"
    AMOUNT = "amount"
    CURRENCY = "currency"
    TWICE = "twice"
    STATE = "state"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        return _WHY[self]


_WHY = {
    Why.UNKNOWN: "没有这个单号",
    Why.MERCHANT: "商户号不一致",
    Why.APP: "小程序不一致",
    Why.AMOUNT: "金额不一致",
    Why.CURRENCY: "币种不一致",
    Why.TWICE: "重复支付",
    Why.STATE: "状态不一致",
    Why.UNREADABLE: "内容不完整",
}


class QuarantineStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUNDED = "refunded"
    IGNORED = "ignored"

    @property
    def label(self) -> str:
        return _STATUS[self]


S = QuarantineStatus
_STATUS = {
    S.OPEN: "待处理",
    S.ACCEPTED: "已入账",
    S.REFUNDED: "已退款",
    S.IGNORED: "不处理",
}

OURS = frozenset({Why.UNKNOWN, Why.AMOUNT, Why.TWICE})
"""Money that lies in our account: it can be taken in, or sent back."""

MOVES = moves(
    ("accept", {S.OPEN}, S.ACCEPTED, P.RULE),
    ("refund", {S.OPEN}, S.REFUNDED, P.RULE),
    ("ignore", {S.OPEN}, S.IGNORED, P.RULE),
)
