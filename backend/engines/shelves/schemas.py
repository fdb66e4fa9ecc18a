"""What the API says and hears about the shelves. Prices are points."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.shelves.rules import MOST_STOCK, GoodKind, Span

Name = Annotated[
    str, Field(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f]+$", examples=["洗衣液 2 升"])
]
Price = Annotated[int, Field(strict=True, ge=1, le=100_000, examples=[50])]
Limit = Annotated[int, Field(ge=1, le=99, examples=[2])]
Pictures = Annotated[list[Id], Field(max_length=6)]


class Picture(Answer):
    id: Id
    url: str
    thumb_url: str | None


class PlaceNew(Body):
    """`shop_id`: a shop that trades here and takes part."""

    area_id: Id
    name: Name = Field(examples=["春晖社区积分超市"])
    address: str = Field(min_length=2, max_length=100, examples=["社区服务中心一楼"])
    hours: str = Field(min_length=2, max_length=60, examples=["周一至周六 9:00–17:00"])
    shop_id: Id | None = None


class PlaceChange(Body):
    """Only what is given changes."""

    name: Name | None = None
    address: str | None = Field(default=None, min_length=2, max_length=100)
    hours: str | None = Field(default=None, min_length=2, max_length=60)
    is_on: bool | None = None
    version: int = Field(ge=1)


class PlaceOut(Answer):
    id: Id
    area_id: Id
    area_name: str
    name: str
    address: str
    hours: str
    shop_id: Id | None
    is_on: bool
    may_serve: bool
    may_manage: bool
    version: int


class PlaceList(Answer):
    items: list[PlaceOut]


class GoodNew(Body):
    """Offered to those who live in the area. `per_person` null: without limit."""

    area_id: Id
    name: Name
    about: str = Field(default="", max_length=500)
    kind: GoodKind = GoodKind.THING
    price: Price
    per_person: Limit | None = None
    span: Span = Span.MONTH
    pickup_days: int = Field(default=7, ge=1, le=60)
    picture_ids: Pictures = Field(default_factory=list)
    is_on: bool = True
    sort: int = Field(default=0, ge=0, le=10_000)


class GoodChange(Body):
    """Only what is given changes; `per_person` may be given as null: without limit."""

    name: Name | None = None
    about: str | None = Field(default=None, max_length=500)
    price: Price | None = None
    per_person: Limit | None = None
    span: Span | None = None
    pickup_days: int | None = Field(default=None, ge=1, le=60)
    picture_ids: Pictures | None = None
    is_on: bool | None = None
    sort: int | None = Field(default=None, ge=0, le=10_000)
    version: int = Field(ge=1)


class GoodQuery(PageQuery):
    """`all`: also what is off the shelf, for those who manage it."""

    limit: int = Field(default=50, ge=1, le=100)
    kind: GoodKind | None = None
    all: bool = False


class StockOut(Answer):
    """How many can be redeemed at a place; `promised` for those who manage it."""

    place_id: Id
    place_name: str
    amount: int
    promised: int | None = None


class GoodOut(Answer):
    id: Id
    area_id: Id
    name: str
    about: str
    kind: GoodKind
    kind_name: str = Field(examples=["实物"])
    price: int
    per_person: int | None
    span: Span
    span_name: str = Field(examples=["每月"])
    pickup_days: int
    pictures: list[Picture]
    is_on: bool
    sort: int
    redeemed: int
    left: int = Field(description="how many can be redeemed, at all places")
    version: int


class GoodDetail(GoodOut):
    """`mine`: how many of them I redeemed in this span."""

    stocks: list[StockOut]
    mine: int
    may_manage: bool


class StockBody(Body):
    """So many came in, or went out (broken, out of date)."""

    place_id: Id
    cause: Literal["in", "out"] = Field(examples=["in"])
    quantity: int = Field(strict=True, ge=1, le=MOST_STOCK, examples=[20])
    note: str = Field(min_length=2, max_length=200, examples=["街道配送"])


class MovementOut(Answer):
    id: Id
    place_name: str
    delta: int
    cause_name: str = Field(examples=["入库"])
    note: str
    by_name: str
    at: datetime
