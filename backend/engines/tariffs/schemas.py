"""What firms say of their prices and meters. Money is whole fen, prices are 0.0001 yuan."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, Page, PageQuery
from backend.engines.tariffs.rules import Basis, Period, Seen, Step, are_steps

Price = Annotated[int, Field(ge=1, le=100_000_000, description="0.0001 yuan", examples=[12_500])]
Milli = Annotated[int, Field(ge=0, le=10**13, description="0.001 of the meter's unit")]
PeriodKey = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}|Q[1-4])?$", examples=["2026Q4"])]


class StepBody(Body):
    up_to: Annotated[int, Field(ge=1, le=10**13)] | None = Field(
        description="0.001 of the meter's unit within one period; null for the last step"
    )
    price: Price


class VersionNew(Body):
    """A price from a day on: `price` by area or fixed, `steps` for a meter (one step is usual)."""

    valid_from: date = Field(examples=["2026-01-01"])
    price: Price | None = None
    steps: list[StepBody] = Field(default_factory=list, max_length=8)
    basis_note: str = Field(default="", max_length=200, examples=["前期物业服务合同第十二条"])

    @property
    def ladder(self) -> list[Step]:
        return [Step(one.up_to, one.price) for one in self.steps]

    @model_validator(mode="after")
    def one_kind_of_price(self) -> Self:
        if (self.price is None) != bool(self.steps):
            raise ValueError("单价和阶梯价填其中一样")
        if self.steps and not are_steps(self.ladder):
            raise ValueError("阶梯须逐级升高，最后一级不设上限")
        return self


class TariffNew(Body):
    area_id: Id
    name: str = Field(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f]+$", examples=["物业费"])
    basis: Basis = Basis.AREA
    period: Period = Period.QUARTER
    due_days: int = Field(default=30, ge=-366, le=366)
    meter_unit: str = Field(default="", max_length=8, examples=["吨"])
    meter_digits: int = Field(default=0, ge=0, le=9)
    late_rate: int = Field(default=0, ge=0, le=1000, description="millionths a day; 0 is none")
    late_cap: int = Field(default=0, ge=0, le=100, description="percent of the bill")
    first: VersionNew

    @model_validator(mode="after")
    def meter_is_described(self) -> Self:
        is_meter = self.basis is Basis.METER
        if is_meter != bool(self.meter_unit) or is_meter != bool(self.meter_digits):
            raise ValueError("按表计量须填计量单位和表盘位数，其他方式不填")
        if is_meter != bool(self.first.steps):
            raise ValueError("按表计量填阶梯价，其他方式填单价")
        if self.late_rate and not self.late_cap:
            raise ValueError("设违约金须同时设上限")
        return self


class TariffChange(Body):
    """What does not touch prices; `version` is what was seen."""

    version: int = Field(ge=1)
    name: str | None = Field(default=None, min_length=2, max_length=40)
    due_days: int | None = Field(default=None, ge=-366, le=366)
    late_rate: int | None = Field(default=None, ge=0, le=1000)
    late_cap: int | None = Field(default=None, ge=0, le=100)
    is_active: bool | None = None


class VersionOut(Answer):
    id: int
    valid_from: date
    price: int
    steps: list[StepBody]
    words: str = Field(examples=["1.25 元/㎡·月"])
    basis_note: str


class TariffOut(Answer):
    id: int
    unit_id: int
    unit_name: str
    area_id: int
    area_name: str
    name: str
    basis: Basis
    basis_name: str
    period: Period
    period_name: str
    due_days: int
    meter_unit: str
    meter_digits: int
    late_rate: int
    late_cap: int
    is_active: bool
    versions: list[VersionOut] = Field(description="latest first")
    version: int


class TariffQuery(PageQuery):
    area_id: Id | None = None


class ReadingNew(Body):
    """`previous` is only asked for at the very first reading; of an exchanged meter `old_end` and
    `new_start` are given together."""

    dwelling_id: Id
    period: PeriodKey
    read_on: date
    value: Milli
    previous: Milli | None = None
    is_rolled_over: bool = False
    old_end: Milli | None = None
    new_start: Milli | None = None
    note: str = Field(default="", max_length=100)

    @model_validator(mode="after")
    def whole_exchange(self) -> Self:
        if (self.old_end is None) != (self.new_start is None):
            raise ValueError("换表须同时填旧表止数和新表起数")
        return self

    @property
    def seen(self) -> Seen:
        return Seen(self.value, self.is_rolled_over, self.old_end, self.new_start)


class ReadingOut(Answer):
    id: int
    dwelling_id: int
    place: str
    period: str
    read_on: date
    previous: int
    value: int
    usage: int
    note: str
    is_corrected: bool
    corrects_id: int | None
    entered_at: datetime


class RoundQuery(PageQuery):
    """The meters of a tariff for a period, door by door; `area_id` names a house of them."""

    period: PeriodKey
    area_id: Id | None = None
    is_read: bool | None = None


class MeterOut(Answer):
    """A dwelling's meter on the round. `usual`: what went through in the period before."""

    dwelling_id: int
    place: str
    previous: int | None = Field(description="null: never read")
    usual: int | None
    reading: ReadingOut | None


class Round(Page[MeterOut]):
    total: int = Field(description="meters of the period")
    read: int


class ReadingQuery(PageQuery):
    period: PeriodKey | None = None
    dwelling_id: Id | None = None
