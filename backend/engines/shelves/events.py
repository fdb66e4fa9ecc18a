"""Facts about the shelves."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class ShelfEmptied(Event):
    """The last piece of a good at a place is promised."""

    good_id: int
    place_id: int
