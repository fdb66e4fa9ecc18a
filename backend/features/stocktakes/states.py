"""The life of a count."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.stocktakes.permissions import P


class CountStatus(Labelled):
    SAME = "same", "账实相符"
    OPEN = "open", "待认定"
    ADJUSTED = "adjusted", "已按实物调整"
    KEPT = "kept", "不调整"


S = CountStatus

MOVES = moves(
    ("adjust", {S.OPEN}, S.ADJUSTED, P.RULE),
    ("keep", {S.OPEN}, S.KEPT, P.RULE),
)
