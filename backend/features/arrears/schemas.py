"""What the API hears and says of what is overdue. Money is whole fen."""

from datetime import date, datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery


class AgeOut(Answer):
    name: str = Field(examples=["31–90 天"])
    bills: int
    owed: int


class PlaceOut(Answer):
    area_id: int
    name: str
    owed: int
    overdue: int
    dwellings: int = Field(description="with something overdue")
    billed: int = Field(description="of the bills due within a year, fen")
    collected: int


class Ageing(Answer):
    owed: int = Field(description="all that is unpaid, due or not")
    overdue: int
    ages: list[AgeOut]
    compounds: list[PlaceOut]


class AgeingQuery(Body):
    area_id: Id | None = None


class DebtorQuery(PageQuery):
    area_id: Id | None = None
    min_days: int = Field(default=1, ge=0, le=3650)


class DebtorOut(Answer):
    """A dwelling (of one tenure) with something overdue."""

    unit_id: int
    dwelling_id: int
    tenure: int
    place: str
    is_former: bool
    owed: int
    bills: int
    oldest_days: int
    disputed: int = Field(description="fen of it that an order looks into")
    reminded_at: datetime | None
    plan_note: str
    plan_until: date | None
    may_remind: bool


class RemindBody(Body):
    """Those named, or all of an area that are overdue for so long."""

    dwelling_ids: list[Id] = Field(default_factory=list, max_length=100)
    area_id: Id | None = None
    min_days: int = Field(default=1, ge=1, le=3650)


class Reminded(Answer):
    reminded: int
    left_out: int = Field(description="reminded lately, with a plan, or in dispute")
    at: datetime = Field(description="when it is said: not in the evening or at night")


class PlanBody(Body):
    dwelling_id: Id
    tenure: int = Field(default=0, ge=0, le=10_000)
    note: str = Field(min_length=2, max_length=200, examples=["分三个月缴清，每月 10 日前"])
    until_on: date


class PlanOut(Answer):
    dwelling_id: int
    tenure: int
    note: str
    until_on: date


class MuteBody(Body):
    is_muted: bool = True


class MuteOut(Answer):
    is_muted: bool
