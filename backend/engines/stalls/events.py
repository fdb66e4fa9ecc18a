"""Facts about stalls."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class StallOffered(Event):
    stall_id: int
    fair_id: int


@dataclass(frozen=True)
class StallRuled(Event):
    """Accepted or declined."""

    stall_id: int
    move: str
