"""The life of a shop, and how a person stands to it."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.shops.permissions import P


class ShopStatus(Labelled):
    APPLIED = "applied", "待审核"
    REFUSED = "refused", "未通过"
    OPEN = "open", "正常"
    SUSPENDED = "suspended", "已停业整顿"
    CLOSED = "closed", "已关店"


S = ShopStatus
MOVES = moves(
    ("approve", {S.APPLIED}, S.OPEN, P.REVIEW),
    ("refuse", {S.APPLIED}, S.REFUSED, P.REVIEW),
    ("apply", {S.REFUSED}, S.APPLIED, P.OWN),
    ("suspend", {S.OPEN}, S.SUSPENDED, P.REVIEW),
    ("reinstate", {S.SUSPENDED}, S.OPEN, P.REVIEW),
    ("close", {S.APPLIED, S.REFUSED, S.OPEN, S.SUSPENDED}, S.CLOSED, P.OWN),
)
