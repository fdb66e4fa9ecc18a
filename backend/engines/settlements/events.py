"""What is told of settlements."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class DayCompared(Event):
    """Both bills of an account's day are compared; so many differences wait for a person."""

    mchid: str
    day: str
    unsettled: int


@dataclass(frozen=True)
class DifferenceRuled(Event):
    """A person or the house has closed or opened a difference of this day."""

    difference_id: int
    mchid: str
    day: str
    move: str
