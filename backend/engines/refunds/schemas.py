"""What the API says and hears about refunds. Amounts are fen."""

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.payments.queries import Method
from backend.engines.refunds.models import Target
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
    target_name: str = Field(description="where it was sent on to", examples=["付款人的银行卡"])
    trouble: str = Field(description="for staff: why it is stuck, or how it was settled")
    moves: list[str] = Field(examples=[["retry", "settle-by-hand"]])
    created_at: datetime
    finished_at: datetime | None = None


class RefundQuery(PageQuery):
    """`is_stuck`: only those with which a person has something to do."""

    status: RefundStatus | None = None
    is_stuck: bool = False
    payment_id: Id | None = None


class Grounds(Body):
    """Why, for the record; `version` is what was seen."""

    reason: str = Field(min_length=4, max_length=200, examples=["已电话联系住户，银行转账退回"])
    version: int | None = None


class Card(Body):
    """A card of the payer's, as WeChat asks for it: the bank by WeChat's own code."""

    bank_type: str = Field(pattern=r"^[A-Z_]{2,16}$", examples=["ICBC_DEBIT"])
    account: str = Field(pattern=r"^\d{10,30}$", examples=["6222020000000000000"])
    name: str = Field(min_length=2, max_length=40, examples=["王小明"])


class Redirect(Grounds):
    """Where what could not go back is to go: `card` for one of the payer's, and only then."""

    target: Target
    card: Card | None = None

    @model_validator(mode="after")
    def _card_of_the_payer(self) -> Self:
        if (self.target is Target.USER_CARD) != (self.card is not None):
            raise ValueError("退到付款人的银行卡时填写卡号，退到商户账户时不填")
        return self
