"""Facts about vehicles."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class VehicleAsked(Event):
    """Somebody says that a vehicle belongs to their dwelling; the staff there confirm it."""

    vehicle_id: int
    owner_id: int
    area_path: str


@dataclass(frozen=True)
class VehicleDecided(Event):
    vehicle_id: int
    owner_id: int
    is_confirmed: bool
    reason: str


@dataclass(frozen=True)
class VehicleEnded(Event):
    """It belongs here no more; `owner_id` is 0 when its owner has left altogether."""

    vehicle_id: int
    owner_id: int
