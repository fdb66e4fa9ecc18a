"""The life of an award."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.awards.permissions import P


class AwardStatus(Labelled):
    GRANTED = "granted", "已到账"
    HELD = "held", "待复核"
    REFUSED = "refused", "未计分"
    REJECTED = "rejected", "复核未通过"
    REVERSED = "reversed", "已收回"


S = AwardStatus

MOVES = moves(
    ("approve", {S.HELD}, S.GRANTED, P.RULE),
    ("reject", {S.HELD}, S.REJECTED, P.RULE),
    ("reverse", {S.GRANTED}, S.REVERSED, P.RULE),
)
