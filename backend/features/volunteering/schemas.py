"""What the API says and hears about volunteering."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.bookings.queries import Proof, SlotOut
from backend.features.volunteering.rules import MOST_WEEKS, Category
from backend.features.volunteering.states import ProjectStatus


class ProjectBody(Body):
    title: str = Field(min_length=2, max_length=60, examples=["周末清扫楼道"])
    text: str = Field(min_length=2, max_length=1000, examples=["请穿方便劳动的衣服，工具已备好。"])
    category: Category
    team_id: Id | None = None
    is_team_only: bool = False

    @model_validator(mode="after")
    def of_a_team(self) -> Self:
        if self.is_team_only and self.team_id is None:
            raise ValueError("仅限本队报名的项目要先选择队伍")
        return self


class ProjectNew(ProjectBody):
    area_id: Id


class ProjectChange(ProjectBody):
    version: int = Field(ge=1)


class ReasonBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["天气原因改期"])


class ShiftBody(Body):
    """A shift; `cancel_hours` before its start nobody can cancel by themselves any more."""

    place: str = Field(min_length=2, max_length=100, examples=["锦绣花园1号楼前"])
    starts_at: datetime
    ends_at: datetime
    quota: int = Field(ge=1, le=2000, examples=[10])
    most_waiting: int = Field(default=20, ge=0, le=500)
    proof: Literal[Proof.CODE, Proof.PLACE, Proof.BOTH] = Proof.CODE
    latitude: int | None = Field(default=None, ge=-90_000_000, le=90_000_000)
    longitude: int | None = Field(default=None, ge=-180_000_000, le=180_000_000)
    radius: int = Field(default=300, ge=50, le=5000, description="metres")
    cancel_hours: int = Field(default=2, ge=0, le=72)

    @model_validator(mode="after")
    def with_a_zone(self) -> Self:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("时间要带时区")
        return self


class ShiftNew(ShiftBody):
    weeks: int = Field(default=1, ge=1, le=MOST_WEEKS, description="the same for so many weeks")


class ShiftChange(ShiftBody):
    version: int = Field(ge=1)


class ProjectsQuery(PageQuery):
    """`area_id`: what concerns that area, at it, below or above it; `hosted`: what the asker
    holds; `over`: those behind."""

    area_id: Id | None = None
    category: Category | None = None
    hosted: bool = False
    over: bool = False


class ProjectCard(Answer):
    id: Id
    title: str
    category: Category
    category_name: str
    area_name: str = Field(examples=["望山街道春晖社区"])
    team_name: str | None
    is_team_only: bool
    status: ProjectStatus
    status_name: str
    shifts: int = Field(description="still to come")
    next_at: datetime | None
    left: int = Field(description="free places of the shifts to come")
    waiting_hours: int | None = Field(description="to be confirmed; null unless one holds it")


class ProjectOut(ProjectCard):
    text: str
    area_id: Id
    team_id: Id | None
    is_host: bool
    is_member: bool
    shift_list: list[SlotOut]
    moves: list[str]
    version: int


class ConfirmedOut(Answer):
    """How many were confirmed at once, and how many want to be looked at one by one."""

    confirmed: int
    left: int


class CodeQuery(Body):
    scene: str = Field(min_length=1, max_length=1024, examples=["K7M2QX9AB4"])
