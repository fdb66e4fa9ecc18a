"""The life of a waiver."""

from enum import StrEnum

from backend.core.states import moves
from backend.features.waivers.permissions import P


class WaiverStatus(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "asked": "待审批",
            "approved": "已同意",
            "refused": "未同意",
            "withdrawn": "已撤回",
        }[self.value]


S = WaiverStatus

MOVES = moves(
    ("approve", {S.ASKED}, S.APPROVED, P.RULE),
    ("refuse", {S.ASKED}, S.REFUSED, P.RULE),
    ("withdraw", {S.ASKED}, S.WITHDRAWN, P.WITHDRAW),
)
