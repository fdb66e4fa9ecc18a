"""What the API says of bill runs. Money is whole fen."""

from datetime import date, datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.billings.rules import RunStatus
from backend.engines.tariffs.queries import PeriodKey


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
