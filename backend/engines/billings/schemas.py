"""What the API says of bill runs. Money is whole fen."""

from datetime import date, datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.billings.rules import RunStatus
from backend.engines.tariffs.queries import Basis, Milli, Period, PeriodKey, VersionNew


class RunNew(Body):
    tariff_id: Id
    period: PeriodKey


class SkippedOut(Answer):
    reason: str = Field(examples=["没有建筑面积"])
    count: int
    places: list[str] = Field(description="the first of them")


class SampleOut(Answer):
    place: str
    amount: int
    explained: list[str]


class Preview(Answer):
    """What a run would make now. Nothing is written."""

    tariff_id: int
    period: str
    period_name: str = Field(examples=["2026年第4季度"])
    title: str
    price: str = Field(examples=["1.25 元/㎡·月"])
    due_on: date
    dwellings: int
    billed: int = Field(description="dwellings that have their bill already")
    new: int
    amount: int = Field(description="of the new bills, fen")
    skipped: list[SkippedOut]
    samples: list[SampleOut]


class Trial(VersionNew):
    """A price that does not hold yet, for the dwellings of an area. With `tariff_id` what they pay
    today is said besides. `usage` is what a meter would count in a period."""

    area_id: Id
    tariff_id: Id | None = None
    basis: Basis = Basis.AREA
    period: Period = Period.QUARTER
    meter_unit: str = Field(default="", max_length=8, examples=["吨"])
    usage: Milli = 10_000


class TrialHome(Answer):
    place: str = Field(examples=["春晖社区锦绣花园1号楼1单元101"])
    square: int | None = Field(description="0.01 m²", examples=[8950])
    amount: int | None = Field(description="fen a period; null: no bill", examples=[33563])
    before: int | None = Field(description="by the price of today", examples=[30207])
    explained: list[str]


class TrialOut(Answer):
    """The smallest, a middling and the largest dwelling, and what each would pay."""

    words: str = Field(examples=["1.25 元/㎡·月"])
    dwellings: int
    homes: list[TrialHome]


class RunOut(Answer):
    """A run, and what came of it."""

    id: int
    tariff_id: int
    title: str
    area_name: str
    period: str
    period_name: str
    status: RunStatus
    status_name: str
    bills: int
    amount: int
    paid: int = Field(description="what has come in of it, fen")
    started_at: datetime
    done_at: datetime | None


class RunQuery(PageQuery):
    area_id: Id | None = None


class ReissueBody(Body):
    """The void bill to issue anew, with the figures of today."""

    bill_id: Id
