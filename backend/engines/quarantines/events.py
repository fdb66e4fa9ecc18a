"""What happens to what disagrees."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class Quarantined(Event):
    """Something is kept apart: a person must look."""

    quarantine_id: int
