"""Facts about requests to move a car."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class MoveAsked(Event):
    """Somebody asks; whose car it is is found out afterwards, out of the asker's sight."""

    request_id: int


@dataclass(frozen=True)
class MoveAnswered(Event):
    """An owner answered: `reply` is a rules.Reply."""

    request_id: int
    reply: str


@dataclass(frozen=True)
class MoveEnded(Event):
    request_id: int
    status: str
