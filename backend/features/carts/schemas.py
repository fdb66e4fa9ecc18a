"""What the API says and hears about carts. Amounts are fen."""

from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.purchases.queries import Address, Delivery

Choices = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=12)]], Field(max_length=4, examples=[[]])
]


class ItemBody(Body):
    """So many of it shall be in the cart; 0 takes it out. One choice of each group, in order."""

    good_id: Id
    choices: Choices = Field(default_factory=list)
    quantity: int = Field(ge=0, le=99, examples=[1])


class CartItemOut(Answer):
    """`trouble` says why it cannot be bought as it is; empty when it can."""

    good_id: Id
    name: str
    choices: list[str]
    picture_url: str | None
    price: int
    quantity: int
    amount: int
    trouble: str


class ShopCart(Answer):
    """What is in the cart of one shop."""

    shop_id: Id
    shop_name: str
    is_open: bool
    opening: str
    items: list[CartItemOut]
    total: int = Field(description="of what can be bought")
    pieces: int


class Cart(Answer):
    items: list[ShopCart]


class ClearQuery(Body):
    shop_id: Id


class QuoteBody(Body):
    """How the cart of a shop shall be bought."""

    shop_id: Id
    delivery: Delivery = Delivery.PICKUP
    voucher_id: Id | None = None


class Quote(Answer):
    """What it would cost now. `trouble` says why it cannot be bought; empty when it can."""

    shop_id: Id
    shop_name: str
    items: list[CartItemOut]
    goods: int
    delivery_fee: int
    reduction: int
    reduction_title: str
    payable: int
    delivers: bool
    trouble: str


class CheckoutBody(QuoteBody):
    """`expected` is the sum that the phone showed: a price that has changed is asked about."""

    address: Address | None = None
    note: str = Field(default="", max_length=100, examples=["不要香菜"])
    expected: int = Field(ge=0, le=10_000_000, examples=[1800])


class Placed(Answer):
    """The purchase; pay it at `pages/pay/index?id=payment_id`. Null: there is nothing to pay."""

    purchase_id: Id
    payment_id: Id | None
    payable: int
