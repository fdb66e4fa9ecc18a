"""Facts about service hours. `owner_kind` and `owner_id` name the room above's thing."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class HoursConfirmed(Event):
    """So many minutes of a person's service are confirmed; once for each `hour_id`."""

    hour_id: int
    user_id: int
    minutes: int
    owner_kind: str
    owner_id: int
    area_path: str


@dataclass(frozen=True)
class HoursCorrected(Event):
    """Confirmed minutes were corrected; `number` counts the corrections of one hour from 1."""

    hour_id: int
    number: int
    user_id: int
    before: int
    minutes: int
    owner_kind: str
    owner_id: int
    area_path: str
