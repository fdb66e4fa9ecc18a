"""What the API says and hears about redemptions."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.features.mall.states import RedemptionStatus


class Redeem(Body):
    """`points`: what the phone showed for all pieces; another price is asked for again."""

    shelf_id: Id
    place_id: Id
    quantity: int = Field(default=1, strict=True, ge=1, le=99)
    points: int = Field(strict=True, ge=1, le=10_000_000, examples=[50])


class MineQuery(PageQuery):
    """`state`: what waits for me, what is over, or all."""

    state: Literal["open", "over", "all"] = "all"


class PlaceQuery(PageQuery):
    """What waits at a place, or what is over."""

    state: Literal["open", "over"] = "open"


class MoveBody(Body):
    """`version` is what was seen."""

    version: int | None = Field(default=None, ge=1)


class CallOff(MoveBody):
    reason: str = Field(min_length=2, max_length=200, examples=["商品损坏，暂时没有货"])


class CodeBody(Body):
    """As scanned or typed."""

    code: str = Field(min_length=8, max_length=40, examples=["LLJF12345678"])


class RedemptionCard(Answer):
    id: Id
    name: str = Field(examples=["洗衣液 2 升"])
    quantity: int
    points: int
    status: RedemptionStatus
    status_name: str = Field(examples=["待领取"])
    place_name: str
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    version: int


class RedemptionOut(RedemptionCard):
    """`code` and `qr` (a data URL) are for whoever redeemed it, `person` for those who serve."""

    shelf_id: Id
    address: str
    hours: str
    reason: str
    code: str | None
    qr: str | None
    person: str
    moves: list[str]


class Redeemed(RedemptionOut):
    balance: int = Field(description="points that are left")
