"""Facts about craftsmen."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class CraftsmanSubmitted(Event):
    craftsman_id: int


@dataclass(frozen=True)
class CraftsmanReviewed(Event):
    """Approved, refused, suspended or restored."""

    craftsman_id: int
    move: str


@dataclass(frozen=True)
class CraftsmanStopped(Event):
    """Takes no more: paused, suspended or gone. Calls that wait for them go to the next."""

    craftsman_id: int
