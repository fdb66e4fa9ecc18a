"""What the API says and hears about teams."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.teams.states import MemberStatus, TeamStatus


class TeamBody(Body):
    name: str = Field(min_length=2, max_length=30, examples=["春晖银龄志愿队"])
    intro: str = Field(default="", max_length=300, examples=["每周六上午清扫楼道、陪伴独居老人"])


class TeamNew(TeamBody):
    area_id: Id


class TeamChange(TeamBody):
    version: int = Field(ge=1)


class RefuseBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["名称与已有队伍重复"])


class HandOverBody(Body):
    member_id: Id


class TeamsQuery(PageQuery):
    """`mine`: those one leads, belongs to or asked to join; `waiting`: those to be reviewed."""

    area_id: Id | None = None
    mine: bool = False
    waiting: bool = False


class TeamOut(Answer):
    id: Id
    name: str
    intro: str
    area_id: Id
    area_name: str = Field(examples=["望山街道春晖社区"])
    captain: str = Field(examples=["王**"])
    members: int
    status: TeamStatus
    status_name: str
    reason: str
    my_status: MemberStatus | None
    my_status_name: str | None
    my_member_id: Id | None
    is_mine: bool = Field(description="whether the asker leads it")
    created_at: datetime
    moves: list[str]
    version: int


class MemberOut(Answer):
    id: Id
    name: str = Field(examples=["王**"])
    is_captain: bool
    status: MemberStatus
    status_name: str
    asked_at: datetime
    moves: list[str]
