"""Facts about days of small repairs."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class DayAnnounced(Event):
    day_id: int


@dataclass(frozen=True)
class DayCalledOff(Event):
    day_id: int


@dataclass(frozen=True)
class BenchSet(Event):
    """A craftsman is expected at a bench."""

    bench_id: int


@dataclass(frozen=True)
class BenchWithdrawn(Event):
    """`move` says by whom: the craftsman (`withdraw`) or the community (`take-off`)."""

    bench_id: int
    move: str


@dataclass(frozen=True)
class TurnHeld(Event):
    """A neighbour was served at a bench. `craftsman_user_id` is 0 for a craftsman who has left, and
    `user_id` for a neighbour who has."""

    booking_id: int
    bench_id: int
    craftsman_user_id: int
    user_id: int
    area_path: str
