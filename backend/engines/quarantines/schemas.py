"""What the API says and hears about what disagrees. Amounts are fen."""

from datetime import datetime
from typing import Any

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.quarantines.states import QuarantineStatus, Why


class QuarantineQuery(PageQuery):
    status: QuarantineStatus | None = None


class QuarantineOut(Answer):
    """Genuine word from WeChat that does not agree with our books. `facts` is what it said."""

    id: int
    kind: str = Field(examples=["payment"])
    why: Why
    why_name: str = Field(examples=["金额不一致"])
    status: QuarantineStatus
    status_name: str = Field(examples=["待处理"])
    version: int
    number: str
    transaction_id: str
    amount: int
    facts: dict[str, Any]
    payment_id: int | None
    moves: list[str] = Field(examples=[["accept", "refund", "ignore"]])
    created_at: datetime
    reason: str
    ruled_by_name: str = ""
    ruled_at: datetime | None = None
    applied_to: int | None = None


class Ruling(Body):
    """Why, for the record; `version` is what was seen."""

    reason: str = Field(min_length=4, max_length=200, examples=["已与微信商户平台核对"])
    version: int | None = None


class Acceptance(Ruling):
    """`payment_id`: which payment of the same amount the money is for."""

    payment_id: Id
