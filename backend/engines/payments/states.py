"""The life of a payment."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.payments.permissions import P


class PaymentStatus(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"unpaid": "待支付", "paid": "已支付"}.get(self.value, "已关闭")


class Method(StrEnum):
    WECHAT = "wechat"
    BALANCE = "balance"
    CASH = "cash"
    TRANSFER = "transfer"
    POS = "pos"

    @property
    def label(self) -> str:
        return _METHODS[self]


_METHODS = {
    Method.WECHAT: "微信支付",
    Method.BALANCE: "预存余额",
    Method.CASH: "现金",
    Method.TRANSFER: "银行转账",
    Method.POS: "刷卡",
}
S = PaymentStatus

MOVES = moves(
    ("settle", {S.UNPAID, S.CLOSED}, S.PAID, P.SETTLE),
    ("spend", {S.UNPAID}, S.PAID, P.PAY),
    ("counter", {S.UNPAID}, S.PAID, P.COUNTER),
    ("close", {S.UNPAID}, S.CLOSED, P.PAY),
)
"""`settle` also opens a closed payment again: money that arrives late has arrived."""
