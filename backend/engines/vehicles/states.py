"""The life of a vehicle's registration."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.vehicles.permissions import P


class VehicleStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"

    @property
    def label(self) -> str:
        names = {"pending": "待确认", "confirmed": "已确认", "refused": "未通过"}
        return names.get(self.value, "已解除")


S = VehicleStatus
LIVE = frozenset({S.PENDING, S.CONFIRMED})

MOVES = moves(
    ("confirm", {S.PENDING}, S.CONFIRMED, P.CONFIRM),
    ("refuse", {S.PENDING}, S.REFUSED, P.CONFIRM),
    ("end", LIVE, S.ENDED, P.END),
)
