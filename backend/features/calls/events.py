"""Facts about calls."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class CraftsmanAsked(Event):
    """Somebody is asked: the first, or the next (`is_next`)."""

    call_id: int
    craftsman_id: int
    is_next: bool


@dataclass(frozen=True)
class CallMoved(Event):
    call_id: int
    move: str


@dataclass(frozen=True)
class VisitDone(Event):
    """A craftsman has been there; `price` in fen, paid in person."""

    call_id: int
    craftsman_user_id: int
    caller_id: int
    area_path: str
    price: int
