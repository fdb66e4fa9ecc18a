"""What is said of settling up. Money is whole fen."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.features.handovers.states import HandoverStatus, Kind


class HandoverNew(Body):
    """By the former owner: `refund` or `balance`. By the firm's manager: `bills`, `refund`."""

    dwelling_id: Id
    former: int = Field(ge=0, le=10_000, description="the tenure that has ended")
    kind: Kind


class Answered(Body):
    version: int = Field(ge=1)


class PayOut(Body):
    version: int = Field(ge=1)
    receipt_no: str = Field(pattern=r"^[0-9A-Za-z-]{1,40}$", examples=["T-2026-001"])


class HandoverOut(Answer):
    id: int
    dwelling_id: int
    place: str
    kind: Kind
    kind_name: str
    amount: int
    status: HandoverStatus
    status_name: str
    asked_at: datetime
    ended_at: datetime | None
    moves: list[str]
    version: int


class Handovers(Answer):
    items: list[HandoverOut]
