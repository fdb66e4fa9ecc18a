"""Facts about matters."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class MatterMoved(Event):
    """A move of the table was made."""

    matter_id: int
    move: str
