"""What the API says and hears about reporting in."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.features.report_ins.rules import Kind
from backend.features.report_ins.states import ClaimStatus, ReportStatus, TaskStatus
from backend.foundation.files.queries import FileLink


class ReportNew(Body):
    """A unit is reported by somebody who holds a post for it."""

    kind: Kind
    area_id: Id
    workplace: str = Field(default="", max_length=60, examples=["县自然资源局"])
    strengths: str = Field(default="", max_length=200, examples=["法律咨询、家电维修"])


class ReasonBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["组织关系不在本社区"])


class ReportsQuery(PageQuery):
    area_id: Id | None = None
    status: ReportStatus | None = None


class ReportOut(Answer):
    """`name` is masked for everybody but the community's staff."""

    id: Id
    kind: Kind
    kind_name: str
    name: str = Field(examples=["王**"])
    area_id: Id
    area_name: str
    workplace: str
    strengths: str
    status: ReportStatus
    status_name: str
    reason: str
    done: int = Field(description="tasks confirmed")
    asked_at: datetime
    moves: list[str]
    version: int


class TaskNew(Body):
    area_id: Id
    title: str = Field(min_length=2, max_length=60, examples=["陪伴独居老人一次"])
    text: str = Field(min_length=2, max_length=500, examples=["上门陪老人聊聊天，看看用电用气。"])
    minutes: int = Field(ge=10, le=720, examples=[60])
    wanted: int = Field(ge=1, le=500, examples=[3])
    due_at: datetime


class TasksQuery(PageQuery):
    """Tasks of the communities where one has reported in, or that one runs."""

    area_id: Id | None = None
    over: bool = False


class TaskOut(Answer):
    id: Id
    title: str
    text: str
    area_id: Id
    area_name: str
    minutes: int
    wanted: int
    taken: int
    due_at: datetime
    status: TaskStatus
    status_name: str
    can_take: bool
    my_claim_id: Id | None
    my_status_name: str | None
    to_confirm: int | None = Field(description="claims that wait; null unless one runs it")
    moves: list[str]
    version: int


class DoneBody(Body):
    proof: str = Field(min_length=2, max_length=300, examples=["周六上午陪老人两小时，一切都好"])
    file_ids: list[Id] = Field(default_factory=list, max_length=6)


class ClaimsQuery(PageQuery):
    status: ClaimStatus | None = None


class ClaimOut(Answer):
    id: Id
    task_id: Id
    task_title: str
    minutes: int
    due_at: datetime
    name: str | None = Field(description="of who took it, for the community's staff")
    status: ClaimStatus
    status_name: str
    proof: str
    photos: list[FileLink]
    reason: str
    taken_at: datetime
    moves: list[str]
    version: int
