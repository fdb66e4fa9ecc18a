"""What the API says and hears about matters."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.matters.states import MatterStatus
from backend.foundation.files.queries import FileLink

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]


class SectionBody(Body):
    key: Key = Field(examples=["place"])
    title: str = Field(min_length=1, max_length=40, examples=["装在哪里"])


class MatterNew(Body):
    """`order_ids`: demands that it comes from; `sections`: what opinions are asked on."""

    area_id: Id
    title: str = Field(min_length=2, max_length=60, examples=["单元门口装充电桩"])
    text: str = Field(min_length=10, max_length=5000, examples=["居民多次反映电动车充电不便。"])
    sections: list[SectionBody] = Field(min_length=1, max_length=8)
    opinions_until: AwareDatetime
    order_ids: list[Id] = Field(default=[], max_length=100)
    file_ids: list[Id] = Field(default=[], max_length=9)


class MatterEdit(MatterNew):
    """The whole of a draft anew; area and origins stay."""

    version: int = Field(ge=1)


class MoveBody(Body):
    version: int | None = Field(default=None, ge=1)


class CollectBody(MoveBody):
    opinions_until: AwareDatetime


class SummaryBody(Body):
    key: Key = Field(examples=["place"])
    summary: str = Field(min_length=2, max_length=1000, examples=["多数人希望装在东门。"])


class OptionBody(Body):
    key: Key = Field(examples=["agree"])
    text: str = Field(min_length=1, max_length=60, examples=["同意"])


class SummarizeBody(MoveBody):
    """What the opinions of each section came to, and what can be chosen from."""

    summaries: list[SummaryBody] = Field(min_length=1, max_length=8)
    options: list[OptionBody] = Field(min_length=1, max_length=10)


class DecideBody(MoveBody):
    """Without a vote: what was agreed upon, and how."""

    decision: str = Field(min_length=5, max_length=500, examples=["议事会一致同意方案一。"])


class WithdrawBody(MoveBody):
    reason: str = Field(min_length=2, max_length=500, examples=["与市政工程重复"])


class MilestoneBody(Body):
    title: str = Field(min_length=2, max_length=60, examples=["完成施工"])
    due_on: date | None = None


class ExecuteBody(MoveBody):
    milestones: list[MilestoneBody] = Field(min_length=1, max_length=20)


class StepBody(Body):
    note: str = Field(min_length=2, max_length=500, examples=["已完成，现场照片见附图。"])
    file_ids: list[Id] = Field(default=[], max_length=9)


class MatterQuery(PageQuery):
    """`state`: what is under way, what is over, or for staff everything of their areas."""

    area_id: Id | None = None
    state: Literal["open", "over", "managed"] = "open"


class SectionOut(Answer):
    key: str
    title: str
    summary: str


class OptionOut(Answer):
    key: str
    text: str


class OriginOut(Answer):
    """A demand that it comes from: for staff, and for whoever reported it."""

    order_id: Id
    title: str


class MilestoneOut(Answer):
    id: Id
    title: str
    due_on: date | None
    is_late: bool
    is_follow_up: bool
    note: str
    photos: list[FileLink]
    done_at: datetime | None


class MatterCard(Answer):
    id: Id
    title: str
    area_name: str
    status: MatterStatus
    status_name: str
    opinions_until: datetime
    voting_id: Id | None
    decision: str
    created_at: datetime
    version: int


class MatterOut(MatterCard):
    area_id: Id
    text: str
    sections: list[SectionOut]
    options: list[OptionOut]
    photos: list[FileLink]
    origin_count: int
    origins: list[OriginOut]
    milestones: list[MilestoneOut]
    may_speak: bool
    is_kept: bool = Field(description="the actor keeps it")
    published_at: datetime | None
    decided_at: datetime | None
    done_at: datetime | None
    moves: list[str]
