"""What the API says and hears about pools. Amounts are points."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.features.pools.rules import Kind

Amount = Annotated[int, Field(strict=True, ge=1, le=100_000, examples=[300])]
Voucher = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Za-z\-]{3,36}$", to_upper=True),
    Field(examples=["JS-2026-11-03"]),
]


class ShopAccount(Answer):
    """A shop that hands things over here, and the points it took that are not settled yet."""

    shop_id: Id
    name: str = Field(examples=["邻居食堂"])
    balance: int


class PoolOut(Answer):
    """`issued`: what people were ever given here and the budget, less what went out of it."""

    area_id: Id
    name: str = Field(examples=["春晖社区"])
    balance: int
    issued: int
    shops: list[ShopAccount]
    may_keep: bool


class SettlementNew(Body):
    """`voucher`: the number of the paper that the shop signed, once in a community."""

    shop_id: Id
    amount: Amount
    voucher: Voucher
    note: str = Field(min_length=2, max_length=200, examples=["11 月兑换结算，已付货款"])


class BudgetNew(Body):
    """`kind`: new points come in, or points go for good."""

    kind: Literal[Kind.PUT_IN, Kind.TAKE_OUT]
    amount: Amount
    voucher: Voucher
    note: str = Field(min_length=4, max_length=200, examples=["居民议事会通过的四季度预算"])


class TakeBack(Body):
    note: str = Field(min_length=4, max_length=200, examples=["金额记错，重新入账"])


class EntryOut(Answer):
    """`change`: what the pool gained, or lost."""

    id: Id
    kind: Kind
    kind_name: str = Field(examples=["商户结算"])
    shop_name: str
    amount: int
    change: int
    voucher: str
    note: str
    by_name: str
    at: datetime
    is_taken_back: bool


class EntryQuery(PageQuery):
    """Latest first."""
