"""The life of a waiver."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.waivers.permissions import P


class WaiverStatus(Labelled):
    ASKED = "asked", "待审批"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


S = WaiverStatus

MOVES = moves(
    ("approve", {S.ASKED}, S.APPROVED, P.RULE),
    ("refuse", {S.ASKED}, S.REFUSED, P.RULE),
    ("withdraw", {S.ASKED}, S.WITHDRAWN, P.WITHDRAW),
)
