"""The ground of what neighbours do together: rows being made, and a community with its people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from tortoise import Model

from backend.core import clock
from backend.foundation.areas.models import Area
from backend.foundation.codes.models import Code


@dataclass
class Together:
    """All rows, ids given."""

    now: datetime
    random: Random
    first_code: int
    rows: dict[type[Model], list[Model]] = field(default_factory=dict)

    def add(self, model: type[Model], /, **columns: Any) -> Any:
        found = self.rows.setdefault(model, [])
        first = self.first_code if model is Code else 1
        found.append(model(id=first + len(found), **columns))
        return found[-1]

    def at(self, days: int, hour: int) -> datetime:
        """An hour of a day so many days from today, in the city."""
        day = clock.local(self.now).date() + timedelta(days=days)
        return datetime.combine(day, time(hour), clock.SHANGHAI)


@dataclass(frozen=True)
class Place:
    """A community with its accounts, its secretary and the units around it."""

    area: Area
    path: str
    people: Sequence[int]
    staff: int
    units: Sequence[int]


def some(made: Together, place: Place, wanted: int) -> list[int]:
    return made.random.sample(list(place.people), min(wanted, len(place.people)))
