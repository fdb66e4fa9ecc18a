"""Facts about dwellings that change hands."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class DwellingHandedOver(Event):
    """A new tenure has begun by the staff's word."""

    dwelling_id: int
    former: int
    tenure: int
    by: int
