"""The life of a refund."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.refunds.permissions import P


class RefundStatus(StrEnum):
    REQUESTED = "requested"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    ABNORMAL = "abnormal"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return _NAMES[self]


S = RefundStatus
_NAMES = {
    S.REQUESTED: "待退款",
    S.PROCESSING: "退款中",
    S.SUCCEEDED: "已退款",
    S.ABNORMAL: "退款异常",
    S.FAILED: "退款失败",
}
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
