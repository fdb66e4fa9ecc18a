"""What devices, guards and managers say and hear. Amounts are fen."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.gates.rules import Action, Direction, EventKind
from backend.engines.vehicles.queries import PlateText

Reading = Annotated[str, Field(max_length=20, examples=["鲁Q12345"])]
Grounds = Annotated[str, Field(min_length=2, max_length=200, examples=["急救车"])]
MOST_EVENTS = 200


class GateEventIn(Body):
    """`sequence` counts up per device and is never used again; `at` is the device's own moment;
    `is_offline`: it could not be told at once. `plate` is empty when nothing was read."""

    sequence: int = Field(ge=1, le=2**62, examples=[1042])
    kind: EventKind
    at: datetime
    plate: Reading = ""
    is_offline: bool = False


class Batch(Body):
    """Without events it is a sign of life."""

    events: list[GateEventIn] = Field(default_factory=list, max_length=MOST_EVENTS)


class Decision(Answer):
    """What the barrier does and its display says. `pay` names the fen that are due."""

    action: Action
    reason: str = Field(
        description="pass, visit, free, paid, agreement, temporary, due, full, strangers, "
        "unreadable, no_entry, closed",
        examples=["pass"],
    )
    words: str = Field(examples=["月卡车，请通行"])
    amount: int = 0


class EventResult(Answer):
    """`accepted`; `duplicate`: known already, the first decision again; `reused`: the number was
    used for something else; `too_old`, `in_future`: its moment is not believed."""

    sequence: int
    outcome: Literal["accepted", "duplicate", "reused", "too_old", "in_future"]
    decision: Decision | None


class Command(Answer):
    id: int
    action: Literal["open"] = "open"


class BatchOut(Answer):
    results: list[EventResult]
    commands: list[Command]
    server_time: datetime


class GateNew(Body):
    lot_id: Id
    name: str = Field(min_length=1, max_length=30, examples=["东门入口"])
    direction: Direction


class GateChange(Body):
    name: str | None = Field(default=None, min_length=1, max_length=30)
    is_active: bool | None = None


class GateOut(Answer):
    id: int
    lot_id: int
    key: str = Field(examples=["k7m2qx9ab4tz"])
    name: str
    direction: Direction
    direction_name: str
    is_active: bool
    is_online: bool
    seen_at: datetime | None
    skew_seconds: int
    last_sequence: int


class GateSecret(Answer):
    """`secret` is shown this once. The one before is good for a day more."""

    gate: GateOut
    secret: str


class OpenBody(Body):
    """An opening by hand needs grounds and a picture."""

    grounds: Grounds
    file_id: Id


class OpeningOut(Answer):
    id: int
    gate_name: str
    made_by: str = Field(examples=["王建国"])
    grounds: str
    photo: Any = None
    made_at: datetime
    fetched_at: datetime | None


class CorrectBody(Body):
    plate: PlateText
    reason: str = Field(min_length=2, max_length=200, examples=["摄像头把 8 识别成 B"])


class EventQuery(PageQuery):
    lot_id: Id
    kind: EventKind | None = None
    is_unknown: bool = False
    """Only those where no plate was read."""


class EventOut(Answer):
    """`plate` is masked."""

    id: int
    gate_name: str
    direction: Direction
    direction_name: str
    kind: EventKind
    kind_name: str
    plate: str | None
    at: datetime
    received_at: datetime
    is_offline: bool
    corrections: int
    decision: Decision | None


class CorrectionOut(Answer):
    plate: str | None = Field(description="as it had been read, masked")
    reason: str
    made_by: str
    made_at: datetime
