"""What the API says and hears about purchases. Amounts are fen."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.purchases.rules import Delivery, Kind
from backend.engines.purchases.states import PurchaseStatus


class Address(Body):
    """Where to bring it and whom to call; kept sealed, shown to the shop until it is done."""

    place: str = Field(min_length=2, max_length=100, examples=["锦绣花园1号楼1单元101"])
    name: str = Field(min_length=1, max_length=30, examples=["王女士"])
    phone: str = Field(pattern=r"^1[3-9][0-9]{9}$", examples=["13800001234"])


class MineQuery(PageQuery):
    """`state`: those under way, those over, or all."""

    state: Literal["open", "over", "all"] = "all"


class ShopPurchaseQuery(PageQuery):
    """A shop's purchases: what waits for acceptance, what is in hand, what is over."""

    state: Literal["new", "doing", "over", "all"] = "new"


class LineOut(Answer):
    id: Id
    good_id: Id | None
    name: str
    choice: str
    price: int
    quantity: int
    amount: int
    paid: int = Field(description="fen the buyer paid of `amount`")
    refunded_quantity: int


class PurchaseCard(Answer):
    """A purchase in a list."""

    id: Id
    number: str = Field(examples=["G261124000017"])
    kind: Kind
    shop_id: Id
    shop_name: str
    status: PurchaseStatus
    status_name: str
    delivery: Delivery
    delivery_name: str
    title: str = Field(examples=["牛肉面 等 2 件"])
    pieces: int
    total: int
    payable: int
    refunded: int
    created_at: datetime
    due_at: datetime | None
    serve_on: date | None
    slot_name: str
    stars: int | None
    version: int


class EventOut(Answer):
    at: datetime
    move: str
    title: str = Field(examples=["商家已接单"])
    note: str


class PurchaseOut(PurchaseCard):
    """A purchase in full. `code` and `qr` (a data URL) are the buyer's; address, note and contact
    are the buyer's, and the shop's until it is over."""

    lines: list[LineOut]
    reduction: int
    reduction_title: str
    returned: int = Field(description="fen of `refunded` that have arrived")
    payment_id: Id | None
    code: str | None
    qr: str | None
    address: Address | None
    note: str | None
    for_whom: str | None
    reason: str
    paid_at: datetime | None
    done_at: datetime | None
    rating_text: str | None
    answer: str | None
    complaint_id: Id | None
    history: list[EventOut]
    is_mine: bool
    moves: list[str]


class Takings(Answer):
    """A shop's day in Shanghai."""

    day: date
    orders: int
    total: int = Field(description="fen of everything sold that day, before reductions")
    reductions: int
    subsidies: int = Field(description="fen of the reductions that others pay")
    paid: int = Field(description="fen that buyers paid")
    refunded: int
    earned: int = Field(description="fen that the shop gets of it")
    waiting: int = Field(description="purchases to accept now")
    doing: int


class TakingsQuery(Body):
    day: date | None = None
