"""The life of a refund."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.refunds.permissions import P


class RefundStatus(Labelled):
    REQUESTED = "requested", "待退款"
    PROCESSING = "processing", "退款中"
    SUCCEEDED = "succeeded", "已退款"
    ABNORMAL = "abnormal", "退款异常"
    FAILED = "failed", "退款失败"


S = RefundStatus
WAITING = frozenset({S.REQUESTED, S.PROCESSING})
UNSETTLED = WAITING | {S.ABNORMAL}

MOVES = moves(
    ("send", WAITING, S.PROCESSING, P.SEND),
    ("postpone", {S.PROCESSING}, S.REQUESTED, P.SEND),
    ("succeed", UNSETTLED, S.SUCCEEDED, P.SEND),
    ("turn-abnormal", WAITING, S.ABNORMAL, P.SEND),
    ("fail", UNSETTLED, S.FAILED, P.SEND),
    ("pay-out", {S.REQUESTED}, S.SUCCEEDED, P.PAY_OUT),
    ("retry", {S.ABNORMAL}, S.REQUESTED, P.RULE),
    ("settle-by-hand", {S.ABNORMAL}, S.SUCCEEDED, P.RULE),
)
