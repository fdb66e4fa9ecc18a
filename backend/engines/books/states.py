"""The life of a day's books."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.books.permissions import P


class DayStatus(Labelled):
    OPEN = "open", "未结账"
    CLOSED = "closed", "已结账"


S = DayStatus
MOVES = moves(("close", {S.OPEN}, S.CLOSED, P.CLOSE))
"""Nothing opens a closed day: what comes later belongs to a later day."""
