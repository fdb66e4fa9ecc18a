"""Facts about fairs."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class FairMoved(Event):
    """A move of the table was made; `status` is where it led."""

    fair_id: int
    move: str
    status: str
    reason: str
