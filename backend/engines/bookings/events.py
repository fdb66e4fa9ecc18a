"""Facts about slots and bookings. `owner_kind` and `owner_id` name the room above's thing."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class SlotMoved(Event):
    """A move of the slot's table was made: close, reopen, change, call-off, end."""

    slot_id: int
    move: str
    owner_kind: str
    owner_id: int


@dataclass(frozen=True)
class PlacesFreed(Event):
    """A place became free, or there are more: whoever waits moves up."""

    slot_id: int


@dataclass(frozen=True)
class Booked(Event):
    """Somebody signed up; `status` says whether with a place (`booked`) or in turn (`waiting`)."""

    booking_id: int
    slot_id: int
    owner_kind: str
    owner_id: int
    user_id: int
    status: str


@dataclass(frozen=True)
class BookingMoved(Event):
    """A move of the booking's table was made; `status` is where it led. `user_id` is 0 for
    whoever has left."""

    booking_id: int
    move: str
    status: str
    slot_id: int
    owner_kind: str
    owner_id: int
    user_id: int
