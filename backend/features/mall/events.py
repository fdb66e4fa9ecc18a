"""Facts about redemptions."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class RedemptionMoved(Event):
    """It was made (`redeem`), or a move of the table was made."""

    redemption_id: int
    move: str
    user_id: int | None
