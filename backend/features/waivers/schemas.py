"""What the API hears and says of waivers. Money is whole fen."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.billings.queries import Ground
from backend.features.waivers.states import WaiverStatus

Note = Annotated[str, Field(min_length=4, max_length=200, examples=["空置满六个月，已现场核实"])]


class WaiverNew(Body):
    """Of a bill: `bill_id` and `amount`. Standing: `tariff_id`, `dwelling_id`, `percent`,
    `from_on`."""

    bill_id: Id | None = None
    amount: int | None = Field(default=None, ge=1, le=10_000_000, examples=[10_000])
    tariff_id: Id | None = None
    dwelling_id: Id | None = None
    percent: int | None = Field(default=None, ge=1, le=100)
    from_on: date | None = None
    until_on: date | None = None
    ground: Ground
    note: Note

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        of_bill = (self.bill_id, self.amount)
        standing = (self.tariff_id, self.dwelling_id, self.percent, self.from_on)
        if None not in of_bill and standing == (None,) * 4 and self.until_on is None:
            return self
        if None not in standing and of_bill == (None, None):
            return self
        raise ValueError("单笔减免填账单和金额；长期减免填收费项目、房屋、比例和开始日")


class RulingBody(Body):
    version: int = Field(ge=1)
    note: str = Field(default="", max_length=200)


class WaiverOut(Answer):
    id: int
    dwelling_id: int
    place: str
    title: str = Field(examples=["物业费 2026年第4季度"])
    bill_id: int | None
    amount: int
    percent: int
    from_on: date | None
    until_on: date | None
    ground: Ground
    ground_name: str
    note: str
    status: WaiverStatus
    status_name: str
    asked_by: str
    asked_at: datetime
    ruled_by: str
    ruled_at: datetime | None
    ruling: str
    moves: list[str]
    version: int


class WaiverQuery(PageQuery):
    status: WaiverStatus | None = None
