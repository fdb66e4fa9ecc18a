"""Facts about pledges."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class TextWritten(Event):
    """Somebody wrote what others will read: `kind` is pledge, step or voice, `row_id` which."""

    kind: str
    row_id: int
    writer_id: int


@dataclass(frozen=True)
class StepConfirmed(Event):
    """Residents have confirmed a step. `user_id` is 0 for a unit's or whoever has left."""

    step_id: int
    pledge_id: int
    user_id: int
    area_path: str


@dataclass(frozen=True)
class PledgeKept(Event):
    pledge_id: int
    kind: str
    user_id: int
    unit_id: int
    area_path: str
