"""What the API says and hears about canteens. Amounts are fen."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from backend.core.schemas import Answer, Body, Id
from backend.engines.purchases.queries import Address, Delivery
from backend.features.canteens.rules import Meal

Wall = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Served = Annotated[
    str,
    StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"),
    Field(examples=["11:00-13:00"]),
]
Portions = Annotated[int, Field(ge=0, le=2000, examples=[80])]
Fen = Annotated[int, Field(ge=0, le=5000, examples=[300])]


class MealRule(Body):
    """Booked until `until` of the day, or of so many days before; served between two times."""

    days_before: int = Field(default=0, ge=0, le=3)
    until: Wall = Field(examples=["09:30"])
    served: Served


class RulesBody(Body):
    meals: dict[Meal, MealRule] = Field(max_length=3)


class SubsidiesBody(Body):
    """Fen off a meal by the age from which on; empty: no subsidies."""

    subsidies: dict[int, Fen] = Field(max_length=5, examples=[{"60": 200, "80": 500}])

    @field_validator("subsidies")
    @classmethod
    def _for_the_old(cls, found: dict[int, int]) -> dict[int, int]:
        if any(not 60 <= age <= 120 for age in found):
            raise ValueError("补贴年龄应在 60 到 120 岁之间")
        return found


class DishNew(Body):
    """A dish of the meal; with `good_id` one that stands there already. Portions are what is left
    to be booked."""

    good_id: Id | None = None
    name: str = Field(min_length=1, max_length=40, examples=["红烧肉套餐"])
    about: str = Field(default="", max_length=200)
    price: int = Field(ge=1, le=20_000, examples=[1200])
    portions: Portions
    picture_ids: Annotated[list[Id], Field(max_length=3)] = Field(default_factory=list)


class MenuBody(Body):
    """All dishes of one meal; those left out are taken off."""

    day: date
    meal: Meal
    dishes: Annotated[list[DishNew], Field(max_length=30)]


class CopyBody(Body):
    """Everything of one day once more on another, with the same portions."""

    from_day: date
    to_day: date


class MenuQuery(Body):
    """The days shown; without `start`, from today on."""

    start: date | None = None
    days: int = Field(default=7, ge=1, le=14)


class DishOut(Answer):
    good_id: Id
    name: str
    about: str
    price: int
    left: int
    sold: int
    picture_url: str | None


class MealOut(Answer):
    meal: Meal
    name: str = Field(examples=["午餐"])
    served: str
    book_until: datetime
    is_open: bool
    dishes: list[DishOut]


class DayOut(Answer):
    day: date
    meals: list[MealOut]


class MenuOut(Answer):
    shop_id: Id
    shop_name: str
    delivers: bool
    delivery_fee: int
    subsidies: dict[int, int]
    rules: dict[Meal, MealRule]
    is_mine: bool
    days: list[DayOut]


class Eater(Answer):
    """Somebody I can book for. `age` as the register has it."""

    resident_id: Id | None = Field(description="null: myself, who is in no register")
    name: str
    is_me: bool
    age: int | None
    is_old: bool


class Eaters(Answer):
    items: list[Eater]


class Portion(Body):
    good_id: Id
    quantity: int = Field(ge=1, le=20, examples=[1])


class QuoteBody(Body):
    """Dishes of one meal of one day, for me or (`resident_id`) for an old person at home."""

    dishes: Annotated[list[Portion], Field(min_length=1, max_length=20)]
    resident_id: Id | None = None
    delivery: Delivery = Delivery.PICKUP


class Quote(Answer):
    day: date
    meal: Meal
    meal_name: str
    book_until: datetime
    total: int
    delivery_fee: int
    subsidy: int
    why_no_subsidy: str
    payable: int


class BookBody(QuoteBody):
    address: Address | None = None
    note: str = Field(default="", max_length=100, examples=["少盐"])
    expected: int = Field(ge=0, le=1_000_000, examples=[900])


class Booked(Answer):
    """The purchase; pay it at `pages/pay/index?id=payment_id`. Null: there is nothing to pay."""

    purchase_id: Id
    payment_id: Id | None
    payable: int


class KitchenQuery(Body):
    day: date | None = None
    meal: Meal = Meal.LUNCH


class KitchenDish(Answer):
    name: str
    portions: int


class KitchenRow(Answer):
    """A booking on the pick-up list. Address and telephone stand in the purchase."""

    purchase_id: Id
    number: str
    status_name: str
    who: str
    delivery_name: str
    place: str | None
    dishes: str = Field(examples=["红烧肉套餐 ×2"])
    note: str | None


class Kitchen(Answer):
    """What to cook, and for whom."""

    day: date
    meal: Meal
    meal_name: str
    served: str
    book_until: datetime
    bookings: int
    dishes: list[KitchenDish]
    rows: list[KitchenRow]
