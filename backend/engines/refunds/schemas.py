"""What the API says and hears about refunds. Amounts are fen."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.payments.queries import Method
from backend.engines.refunds.states import RefundStatus


class RefundLineOut(Answer):
    subject: str = Field(examples=["bill:123"])
    amount: int = Field(examples=[12800])


class RefundOut(Answer):
    id: int
    number: str = Field(examples=["LR20261124201500ABCDEFGHJKLM"])
    payment_id: int
    status: RefundStatus
    status_name: str = Field(examples=["退款中"])
    version: int
    title: str
    payee_name: str
    method: Method
    method_name: str
    amount: int = Field(examples=[12800])
    lines: list[RefundLineOut]
    reason: str
    trouble: str = Field(description="for staff: why it is stuck, or how it was settled")
    moves: list[str] = Field(examples=[["retry", "settle-by-hand"]])
    created_at: datetime
    finished_at: datetime | None = None


class RefundQuery(PageQuery):
    status: RefundStatus | None = None
    payment_id: Id | None = None


class Grounds(Body):
    """Why, for the record; `version` is what was seen."""

    reason: str = Field(min_length=4, max_length=200, examples=["已电话联系住户，银行转账退回"])
    version: int | None = None
