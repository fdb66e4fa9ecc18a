"""What the API says and hears about days of small repairs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.bookings.queries import BookBody as BookBody
from backend.engines.bookings.queries import BookingStatus
from backend.engines.craftsmen.queries import Skill
from backend.features.mending_days import rules
from backend.features.mending_days.states import BenchStatus, DayStatus


class BenchNew(Body):
    """A craftsman for one of their skills; `minutes` is how long a turn takes."""

    craftsman_id: Id
    skill: Skill
    minutes: int = Field(ge=rules.SHORTEST, le=rules.LONGEST, examples=[15])


class DayNew(Body):
    """`most_each`: how many turns one person can have on the day."""

    area_id: Id
    place: str = Field(min_length=2, max_length=60, examples=["文化广场东侧"])
    about: str = Field(default="", max_length=300, examples=["修补免费，换零件按进价"])
    starts_at: AwareDatetime = Field(examples=["2030-05-18T01:00:00Z"])
    ends_at: AwareDatetime = Field(examples=["2030-05-18T03:30:00Z"])
    most_each: int = Field(default=2, ge=1, le=rules.MOST_EACH)
    benches: Annotated[list[BenchNew], Field(min_length=1, max_length=rules.MOST_BENCHES)]


class ReasonBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["当天有大雨，改期再办"])


class CodeBody(Body):
    """What the phone scanned, or the digits that were read out."""

    code: str = Field(min_length=rules.DIGITS, max_length=40, examples=["LLXB12345678"])


class DayQuery(PageQuery):
    state: Literal["coming", "past"] = "coming"


class MyTurn(Answer):
    """`code` is shown at the bench, as digits and as `qr` (a data URL); both are null once it is
    over."""

    booking_id: Id
    for_whom: str | None
    status: BookingStatus
    status_name: str
    code: str | None = Field(examples=["12345678"])
    qr: str | None
    moves: list[str]


class TurnOut(Answer):
    """`why_closed` is empty while the turn can be taken."""

    id: Id
    starts_at: datetime
    ends_at: datetime
    why_closed: str
    mine: MyTurn | None


class BenchOut(Answer):
    id: Id
    craftsman_id: Id
    called: str = Field(examples=["王师傅"])
    skill: Skill
    skill_name: str
    minutes: int
    status: BenchStatus
    status_name: str
    reason: str
    left: int = Field(description="turns that can be taken now")
    served: int
    is_mine: bool = Field(description="whether I am the craftsman")
    turns: list[TurnOut]
    moves: list[str]


class DayCard(Answer):
    """A day in a list: how many turns can be taken, are the asker's, were held. `my_bench_id`: the
    asker's own bench, where they are a craftsman who stands there."""

    id: Id
    place: str
    area_name: str
    starts_at: datetime
    ends_at: datetime
    skills: list[str] = Field(examples=[["修鞋配钥匙", "磨刀磨剪"]])
    benches: int
    my_bench_id: Id | None
    left: int
    mine: int
    served: int
    status: DayStatus
    status_name: str


class DayOut(DayCard):
    about: str
    most_each: int
    reason: str
    bench_list: list[BenchOut]
    moves: list[str]
    version: int


class GuestTurn(Answer):
    """A turn as craftsman and staff see it; names are whole for staff only. `moves`: `hold` by
    hand is the staff's, craftsmen read the code."""

    id: Id
    starts_at: datetime
    ends_at: datetime
    name: str = Field(examples=["王**"])
    status: BookingStatus | None = Field(description="null while the turn is free")
    status_name: str
    moves: list[str]


class BenchList(Answer):
    bench: BenchOut
    day: DayCard
    items: list[GuestTurn]
