"""The life of a payment."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.payments.permissions import P


class PaymentStatus(Labelled):
    UNPAID = "unpaid", "待支付"
    PAID = "paid", "已支付"
    CLOSED = "closed", "已关闭"


class Method(Labelled):
    WECHAT = "wechat", "微信支付"
    BALANCE = "balance", "预存余额"
    CASH = "cash", "现金"
    TRANSFER = "transfer", "银行转账"
    POS = "pos", "刷卡"


S = PaymentStatus

MOVES = moves(
    ("settle", {S.UNPAID, S.CLOSED}, S.PAID, P.SETTLE),
    ("spend", {S.UNPAID}, S.PAID, P.PAY),
    ("counter", {S.UNPAID}, S.PAID, P.COUNTER),
    ("close", {S.UNPAID}, S.CLOSED, P.PAY),
)
"""`settle` also opens a closed payment again: money that arrives late has arrived."""
