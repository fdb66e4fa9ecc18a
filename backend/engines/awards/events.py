"""Facts about awards."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class AwardGranted(Event):
    award_id: int
    user_id: int
    amount: int


@dataclass(frozen=True)
class AwardHeld(Event):
    """It looks wrong: a person must look."""

    award_id: int


@dataclass(frozen=True)
class AwardRuled(Event):
    """A person approved, rejected or reversed it."""

    award_id: int
    move: str
