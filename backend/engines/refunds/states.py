"""The life of a refund."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.refunds.permissions import P


class RefundStatus(Labelled):
    REQUESTED = "requested", "待退款"
    PROCESSING = "processing", "退款中"
    REDIRECTED = "redirected", "改道退款"
    HANDED = "handed", "待转付"
    SUCCEEDED = "succeeded", "已退款"
    ABNORMAL = "abnormal", "退款异常"
    FAILED = "failed", "退款失败"


S = RefundStatus
WAITING = frozenset({S.REQUESTED, S.PROCESSING})
SENT = WAITING | {S.REDIRECTED}
"""The house asks WeChat about them."""
UNSETTLED = SENT | {S.ABNORMAL}
STUCK = frozenset({S.ABNORMAL, S.HANDED})
"""A person has something to do."""

MOVES = moves(
    ("send", SENT, S.PROCESSING, P.SEND),
    ("postpone", {S.PROCESSING}, S.REQUESTED, P.SEND),
    ("succeed", UNSETTLED, S.SUCCEEDED, P.SEND),
    ("turn-abnormal", SENT, S.ABNORMAL, P.SEND),
    ("hand", UNSETTLED, S.HANDED, P.SEND),
    ("fail", UNSETTLED, S.FAILED, P.SEND),
    ("pay-out", {S.REQUESTED}, S.SUCCEEDED, P.PAY_OUT),
    ("retry", {S.ABNORMAL}, S.REQUESTED, P.RULE),
    ("redirect", {S.ABNORMAL}, S.REDIRECTED, P.RULE),
    ("hand-over", {S.HANDED}, S.SUCCEEDED, P.RULE),
    ("settle-by-hand", {S.ABNORMAL}, S.SUCCEEDED, P.RULE),
)
"""An abnormal refund is sent on (`redirect`) to another card of the payer's, or to the merchant's
own: then it is `handed`, and a person hands it over."""
