"""Facts about passes."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class PassActivated(Event):
    """Paid or prolonged."""

    pass_id: int
    owner_id: int
    valid_until: str


@dataclass(frozen=True)
class PassExpiring(Event):
    """It runs out soon, or (`is_over`) has run out."""

    pass_id: int
    owner_id: int
    valid_until: str
    is_over: bool


@dataclass(frozen=True)
class PassEnded(Event):
    """The staff stopped it, on the grounds that they gave."""

    pass_id: int
    reason: str
