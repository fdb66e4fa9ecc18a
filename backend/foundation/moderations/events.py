"""Facts about texts."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class TextRefused(Event):
    """A text is risky: `room` hides its row."""

    room: str
    row_id: int
