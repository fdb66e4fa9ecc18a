"""What the API hears and says of paying. Money is whole fen."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.bills.queries import BillOut
from backend.engines.refunds.queries import RefundOut
from backend.features.fees import rules

BillIds = Annotated[list[Id], Field(min_length=1, max_length=rules.MOST_BILLS)]
TopUp = Annotated[int, Field(ge=rules.LEAST_TOP_UP, le=rules.MOST_TOP_UP, examples=[50_000])]
ReceiptNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,40}$", examples=["2026-000123"])]


class HomeFees(Answer):
    """One of my dwellings with what is owed, or one that was mine."""

    dwelling_id: int
    tenure: int
    place: str = Field(examples=["春晖社区锦绣花园1号楼1单元101"])
    relation_name: str
    is_current: bool
    owed: int
    unpaid: int = Field(description="so many bills")
    overdue: int
    balance: int
    is_automatic: bool = Field(description="new bills are paid from the balance by themselves")
    may_agree: bool = Field(description="the reader may switch that")


class Overview(Answer):
    homes: list[HomeFees]
    owed: int
    overdue: int


class PayBody(Body):
    """Bills of one firm; from a balance also of one dwelling. Amounts are the server's."""

    bill_ids: BillIds
    from_balance: bool = False


class TopUpBody(Body):
    dwelling_id: Id
    amount: TopUp


class AgreementBody(Body):
    dwelling_id: Id
    is_on: bool = True


class DisputeBody(Body):
    text: str = Field(min_length=4, max_length=1000, examples=["房屋面积与房产证不一致"])
    file_ids: list[Id] = Field(default_factory=list, max_length=9)


class Disputed(Answer):
    bill_id: int
    order_id: int


class RefundBody(Body):
    """`is_owed_again`: the bill is right, only the money goes back."""

    amount: int = Field(ge=1, le=10_000_000, examples=[12_800])
    reason: str = Field(min_length=2, max_length=80, examples=["重复计费"])
    is_owed_again: bool = False


class RefundAsked(Answer):
    bill_id: int
    refund_ids: list[int]
    amount: int


class BillPayment(Answer):
    """What of a payment lies in a bill."""

    payment_id: int
    method_name: str = Field(examples=["现金"])
    receipt_no: str | None
    paid_at: datetime | None
    amount: int = Field(description="not given back, nor on its way back")


class BillRefunded(RefundOut):
    is_owed_again: bool


class BillMoney(Answer):
    """What came in for a bill, and what went or goes back. `refundable`: the most, fen."""

    bill_id: int
    refundable: int
    payments: list[BillPayment] = Field(description="latest first")
    refunds: list[BillRefunded] = Field(description="latest first")
    moves: list[str] = Field(examples=[["refund"]])


class BalanceQuery(PageQuery):
    dwelling_id: Id


class DoorQuery(Body):
    """`q` as written on the door: `3-2-1101`, `3号楼1101` or `1101`."""

    q: str = Field(min_length=1, max_length=40)
    area_id: Id | None = None


class DoorOut(Answer):
    dwelling_id: int
    place: str
    owed: int
    unpaid: int
    balance: int


class Doors(Answer):
    items: list[DoorOut]


class CounterHome(Answer):
    """What a cashier sees of a dwelling."""

    dwelling_id: int
    place: str
    tenure: int
    holders: list[str] = Field(description="masked names, owners first")
    balance: int
    bills: list[BillOut] = Field(description="unpaid ones, former owners' too")


class TakeBody(Body):
    """Money for bills of a dwelling and, besides or alone, onto its balance."""

    dwelling_id: Id
    bill_ids: list[Id] = Field(default_factory=list, max_length=rules.MOST_BILLS)
    top_up: TopUp | None = None
    method: Literal["cash", "transfer", "pos"]
    receipt_no: ReceiptNo | None = Field(default=None, description="made by the house if not given")
