"""Facts about ratings."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class RatingWritten(Event):
    """A text to be looked at: a buyer's, or the shop's answer."""

    purchase_id: int
    writer_id: int
    is_answer: bool
