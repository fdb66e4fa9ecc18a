"""What the API says and hears about coupons."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery

Name = Annotated[str, Field(min_length=2, max_length=30, examples=["满 30 减 5"])]
Fen = Annotated[int, Field(ge=1, le=1_000_000, description="fen", examples=[500])]


class CouponNew(Body):
    """`budget` is the most that may be spent altogether; without it, `total` × `face`."""

    name: Name
    face: Fen
    minimum: int = Field(default=0, ge=0, le=1_000_000, description="fen", examples=[3000])
    total: int = Field(ge=1, le=1_000_000, examples=[200])
    per_person: int = Field(default=1, ge=1, le=20)
    budget: int | None = Field(default=None, ge=1, le=1_000_000_000, description="fen")
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime = Field(examples=["2030-01-01T00:00:00Z"])

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.starts_at and self.ends_at <= self.starts_at:
            raise ValueError("结束时间应晚于开始时间")
        if self.minimum and self.face > self.minimum:
            raise ValueError("面额不应高于使用门槛")
        return self


class PublicCouponNew(CouponNew):
    """At the public's cost, good in every shop of the area; `fund` names the account."""

    area_id: Id
    fund: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", examples=["coupons"])


class StopBody(Body):
    version: int | None = Field(default=None, ge=1)


class CouponOut(Answer):
    id: Id
    name: str
    shop_id: Id | None
    is_public: bool
    face: int
    minimum: int
    total: int
    issued: int
    left: int
    per_person: int
    budget: int
    spent: int
    starts_at: datetime
    ends_at: datetime
    status: str
    mine: int = Field(description="how many of them I have claimed")
    moves: list[str]
    version: int


class CouponList(Answer):
    items: list[CouponOut]


class VoucherQuery(PageQuery):
    """With `shop_id`, those that are good there."""

    shop_id: Id | None = None


class VoucherOut(Answer):
    id: Id
    coupon_id: Id
    name: str
    shop_id: Id | None
    shop_name: str | None
    face: int
    minimum: int
    ends_at: datetime
    status: str = Field(examples=["unused"], description="unused, used, expired")
    status_name: str
