"""The lives of a pass, of one of its terms, and of an invitation."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.passes.permissions import P


class PassStatus(Labelled):
    PENDING = "pending", "待支付"
    ACTIVE = "active", "生效中"
    EXPIRED = "expired", "已到期"
    CANCELLED = "cancelled", "已取消"
    ENDED = "ended", "已停用"


class TermStatus(Labelled):
    UNPAID = "unpaid", "待支付"
    PAID = "paid", "已支付"
    DROPPED = "dropped", "未支付"
    RETURNED = "returned", "已退款"


class VisitStatus(Labelled):
    ISSUED = "issued", "待使用"
    USED = "used", "已使用"
    CANCELLED = "cancelled", "已取消"


S, T, V = PassStatus, TermStatus, VisitStatus

MOVES = moves(
    ("activate", {S.PENDING, S.ACTIVE, S.EXPIRED, S.CANCELLED}, S.ACTIVE, P.HOUSE),
    ("cancel", {S.PENDING}, S.CANCELLED, P.HOUSE),
    ("expire", {S.ACTIVE}, S.EXPIRED, P.HOUSE),
    ("renew", {S.ACTIVE, S.EXPIRED}, None, P.OWN),
    ("end", {S.ACTIVE}, S.ENDED, P.END),
)
TERM_MOVES = moves(
    ("pay", {T.UNPAID, T.DROPPED}, T.PAID, P.HOUSE),
    ("drop", {T.UNPAID}, T.DROPPED, P.HOUSE),
    ("return", {T.PAID, T.UNPAID, T.DROPPED}, T.RETURNED, P.HOUSE),
)
VISIT_MOVES = moves(
    ("use", {V.ISSUED}, V.USED, P.HOUSE),
    ("free", {V.USED}, V.ISSUED, P.HOUSE),
    ("cancel", {V.ISSUED}, V.CANCELLED, P.OWN),
)
