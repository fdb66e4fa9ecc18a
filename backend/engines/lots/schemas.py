"""What the API says and hears about car parks. Amounts are fen."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.lots.rules import SpaceKind

Price = Annotated[int, Field(ge=0, le=100_000, examples=[300])]
Cap = Annotated[int, Field(ge=0, le=1_000_000, examples=[2000])]
MonthPrice = Annotated[int, Field(ge=0, le=500_000, examples=[15000])]
MinuteOfDay = Annotated[int, Field(ge=0, le=1439, examples=[1260])]
Name = Annotated[str, Field(min_length=1, max_length=30, examples=["地下停车场"])]
SpaceNumber = Annotated[str, Field(pattern=r"^[0-9A-Za-z一-龥-]{1,12}$", examples=["B1-018"])]


class NightBody(Body):
    """Minutes of the day, 1260 is nine in the evening; `ends` lies on the next day."""

    begins: MinuteOfDay
    ends: MinuteOfDay = Field(examples=[420])
    step_price: Price
    cap: Cap | None = None

    @model_validator(mode="after")
    def is_a_night(self) -> Self:
        if self.begins == self.ends:
            raise ValueError("夜间时段的起止不能相同")
        return self


class TariffBody(Body):
    free_minutes: int = Field(ge=0, le=1440, examples=[30])
    step_minutes: int = Field(ge=5, le=1440, examples=[60])
    step_price: Price
    day_cap: Cap | None = None
    night: NightBody | None = None


class LotNew(Body):
    area_id: Id
    name: Name
    capacity: int = Field(ge=1, le=20_000, examples=[300])
    month_price: MonthPrice
    tariff: TariffBody
    takes_strangers: bool = True
    visitor_quota: int = Field(default=10, ge=0, le=200)
    visitor_hours: int = Field(default=24, ge=1, le=168)
    leave_minutes: int = Field(default=15, ge=5, le=120)


class LotChange(Body):
    """Only what is given changes. Stays under way are charged by the tariff of their entry."""

    version: int | None = None
    name: Name | None = None
    capacity: int | None = Field(default=None, ge=1, le=20_000)
    month_price: MonthPrice | None = None
    tariff: TariffBody | None = None
    takes_strangers: bool | None = None
    visitor_quota: int | None = Field(default=None, ge=0, le=200)
    visitor_hours: int | None = Field(default=None, ge=1, le=168)
    leave_minutes: int | None = Field(default=None, ge=5, le=120)
    is_active: bool | None = None


class LotQuery(PageQuery):
    """`is_staffed`: only those where the reader works, in use or not."""

    area_id: Id | None = None
    is_staffed: bool = False


class LotOut(Answer):
    """`takes_strangers`: cars without pass or invitation may enter; `visitor_quota` invitations a
    dwelling and month, of `visitor_hours` at most; `leave_minutes` to leave once paid."""

    id: int
    area_id: int
    area_name: str = Field(examples=["春晖社区锦绣花园"])
    name: str
    unit_name: str = Field(examples=["锦绣物业"])
    capacity: int
    month_price: int
    tariff: TariffBody
    tariff_words: list[str] = Field(examples=[["30 分钟内免费", "每 60 分钟 3.00 元"]])
    takes_strangers: bool
    visitor_quota: int
    visitor_hours: int
    leave_minutes: int
    is_active: bool
    version: int


class SpaceNew(Body):
    """Several at once, all of one kind; an owned one belongs to a dwelling of the compound."""

    numbers: list[SpaceNumber] = Field(min_length=1, max_length=200)
    kind: SpaceKind
    dwelling_id: Id | None = None
    month_price: MonthPrice | None = None


class SpaceChange(Body):
    kind: SpaceKind | None = None
    dwelling_id: Id | None = None
    month_price: MonthPrice | None = None
    is_active: bool | None = None


class SpaceQuery(PageQuery):
    kind: SpaceKind | None = None


class SpaceOut(Answer):
    id: int
    lot_id: int
    number: str
    kind: SpaceKind
    kind_name: str
    dwelling_id: int | None
    place: str = Field(description="of the dwelling that owns it", examples=["锦绣花园1号楼101"])
    month_price: int = Field(description="of this space, or the car park's")
    is_active: bool
