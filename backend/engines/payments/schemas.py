"""What the API says and hears about payments. Amounts are fen."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.payments.states import Method, PaymentStatus

Fen = Annotated[int, Field(examples=[12800])]
ReceiptNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,40}$", examples=["2026-000123"])]


class PayeeOut(Answer):
    id: int
    kind: str = Field(examples=["firm"])
    name: str = Field(examples=["锦绣物业"])
    sub_mchid: str | None = None


class PayeeQuery(PageQuery):
    q: str | None = Field(default=None, min_length=1, max_length=60)


class PayeeChange(Body):
    """`sub_mchid`: the payee's own account at WeChat; null takes it away."""

    sub_mchid: str | None = Field(pattern=r"^[0-9]{8,12}$", examples=["1900000109"])


class LineOut(Answer):
    subject: str = Field(examples=["bill:123"])
    title: str = Field(examples=["2026年11月物业费"])
    amount: Fen
    refunded: int = Field(description="fen promised back of this line")


class PaymentOut(Answer):
    """A payment. `methods`: the ways in which the reader could pay it now; `moves`: what else they
    could do."""

    id: int
    number: str = Field(examples=["LP20261124201500ABCDEFGHJKLM"])
    status: PaymentStatus
    status_name: str = Field(examples=["待支付"])
    purpose: str = Field(examples=["fees"])
    title: str
    amount: Fen
    refunded: int
    payee_id: int
    payee_name: str
    lines: list[LineOut]
    methods: list[str] = Field(examples=[["wechat"]])
    moves: list[str] = Field(examples=[["close"]])
    created_at: datetime
    expires_at: datetime
    method: Method | None = None
    method_name: str = ""
    paid_at: datetime | None = None
    receipt_no: str | None = None


class PaymentCard(Answer):
    """A payment in a list."""

    id: int
    number: str
    status: PaymentStatus
    status_name: str
    purpose: str
    title: str
    amount: Fen
    refunded: int
    payee_name: str
    method: Method | None = None
    method_name: str = ""
    created_at: datetime
    paid_at: datetime | None = None
    payer: str = Field(default="", description="who paid, for staff only", examples=["王女士"])


class MineQuery(PageQuery):
    status: PaymentStatus | None = None
    purpose: str | None = Field(default=None, pattern=r"^[a-z_]{1,40}$")


class PaymentQuery(MineQuery):
    """Staff's list. `day` is of payment, in Shanghai; `q` the number at WeChat, ours, or the
    receipt's."""

    payee_id: Id | None = None
    method: Method | None = None
    day: date | None = None
    q: str | None = Field(default=None, min_length=4, max_length=64)


class CounterBody(Body):
    """Money taken at the counter. `receipt_no` is unique per payee."""

    method: Literal["cash", "transfer", "pos"]
    receipt_no: ReceiptNo
    paid_at: datetime | None = Field(default=None, description="when, if not now")
