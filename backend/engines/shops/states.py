"""The life of a shop, and how a person stands to it."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.shops.permissions import P


class ShopStatus(StrEnum):
    APPLIED = "applied"
    REFUSED = "refused"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        names = {
            "applied": "待审核",
            "refused": "未通过",
            "open": "正常",
            "suspended": "已停业整顿",
        }
        return names.get(self.value, "已关店")


S = ShopStatus
MOVES = moves(
    ("approve", {S.APPLIED}, S.OPEN, P.REVIEW),
    ("refuse", {S.APPLIED}, S.REFUSED, P.REVIEW),
    ("apply", {S.REFUSED}, S.APPLIED, P.OWN),
    ("suspend", {S.OPEN}, S.SUSPENDED, P.REVIEW),
    ("reinstate", {S.SUSPENDED}, S.OPEN, P.REVIEW),
    ("close", {S.APPLIED, S.REFUSED, S.OPEN, S.SUSPENDED}, S.CLOSED, P.OWN),
)
