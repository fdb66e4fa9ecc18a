"""What the API says and hears about goods."""

from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.shops.queries import Picture

Name = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$", examples=["牛肉面"])
]
Price = Annotated[int, Field(ge=1, le=1_000_000, description="fen", examples=[1800])]
Word = Annotated[str, Field(min_length=1, max_length=12)]
Stock = Annotated[int, Field(ge=0, le=1_000_000, examples=[50])]
Limit = Annotated[int, Field(ge=1, le=99, examples=[2])]


class Choice(Body):
    """`extra` fen are added to the price."""

    name: Word = Field(examples=["大份"])
    extra: int = Field(default=0, ge=0, le=100_000, examples=[300])


class Group(Body):
    """One of the choices is taken with every piece."""

    name: Word = Field(examples=["规格"])
    choices: Annotated[list[Choice], Field(min_length=1, max_length=12)]


Groups = Annotated[list[Group], Field(max_length=4)]
Pictures = Annotated[list[Id], Field(max_length=6)]


class GoodNew(Body):
    """`stock` null: unlimited. Medicine on prescription is refused."""

    name: Name
    category: str = Field(default="", max_length=20, examples=["面食"])
    about: str = Field(default="", max_length=500)
    price: Price
    options: Groups = Field(default_factory=list)
    stock: Stock | None = None
    daily_limit: Limit | None = None
    picture_ids: Pictures = Field(default_factory=list)
    is_prescription: bool = False
    is_on: bool = True
    sort: int = Field(default=0, ge=0, le=10_000)


class GoodChange(Body):
    """Only what is given changes; `stock` and `daily_limit` may be given as null: without limit.

    `picture_ids` are the pictures afterwards: kept ones and new uploads in their order.
    """

    name: Name | None = None
    category: str | None = Field(default=None, max_length=20)
    about: str | None = Field(default=None, max_length=500)
    price: Price | None = None
    options: Groups | None = None
    stock: Stock | None = None
    daily_limit: Limit | None = None
    picture_ids: Pictures | None = None
    is_on: bool | None = None
    sort: int | None = Field(default=None, ge=0, le=10_000)
    version: int | None = Field(default=None, ge=1)


class BlockBody(Body):
    """Off the shelf by the community; the merchant reads the reason."""

    reason: str = Field(min_length=2, max_length=200, examples=["属于处方药，不能在平台销售"])
    is_prescription: bool = False


class GoodQuery(PageQuery):
    """`all`: also what is off the shelf, for the shop's staff and reviewers."""

    limit: int = Field(default=100, ge=1, le=100)
    all: bool = False


class GoodOut(Answer):
    """Prices in fen. `stock` null: unlimited."""

    id: Id
    shop_id: Id
    name: str
    category: str
    about: str
    price: int
    options: list[Group]
    stock: int | None
    daily_limit: int | None
    pictures: list[Picture]
    is_on: bool
    is_prescription: bool
    blocked: str
    sold: int
    sort: int
    version: int
