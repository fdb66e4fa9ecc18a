"""The life of a day's books."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.books.permissions import P


class DayStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return "未结账" if self is DayStatus.OPEN else "已结账"


S = DayStatus
MOVES = moves(("close", {S.OPEN}, S.CLOSED, P.CLOSE))
"""Nothing opens a closed day: what comes later belongs to a later day."""
