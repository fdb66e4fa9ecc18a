"""What the API says and hears about awards."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.awards.states import AwardStatus


class AwardQuery(PageQuery):
    """`area_id`: the actor's own part of it; left out, all of theirs."""

    area_id: Id | None = None
    status: AwardStatus | None = None


class AwardRuling(Body):
    """Why, for the record and for the person; `version` is what was seen."""

    grounds: str = Field(min_length=4, max_length=200, examples=["已向双方核实，确有其事"])
    version: int | None = Field(default=None, ge=1)


class MyAward(Answer):
    """`reasons`: why it waits, or why less or nothing was granted."""

    id: Id
    title: str = Field(examples=["帮助邻居"])
    asked: int
    amount: int
    status: AwardStatus
    status_name: str = Field(examples=["已到账"])
    reasons: list[str] = Field(examples=[["当天已达上限"]])
    grounds: str
    created_at: datetime


class AwardOut(MyAward):
    """As those who rule see it."""

    person: str = Field(examples=["王*"])
    partner: str
    place: str
    ruled_by_name: str
    ruled_at: datetime | None
    owed: int
    moves: list[str]
    version: int
