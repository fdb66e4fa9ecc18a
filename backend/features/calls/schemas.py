"""What the API says and hears about calls. Money is whole fen, paid in person."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.craftsmen.queries import CallStatus, Need, Reason, Skill
from backend.foundation.files.queries import FileLink


class CallNew(Need):
    """`craftsman_id`: whom to ask first; left out, whoever suits best."""

    text: str = Field(min_length=4, max_length=300, examples=["厨房水龙头漏水，要换垫圈"])
    craftsman_id: Id | None = None
    file_ids: Annotated[list[Id], Field(max_length=6)] = Field(default_factory=list)


class Say(Body):
    reason: Reason


class Rate(Body):
    stars: int = Field(ge=1, le=5)
    text: str = Field(default="", max_length=200, examples=["手艺好，人也和气"])


class CallOut(Answer):
    """`place` and `phone` are whole for the caller, and for the craftsman from the acceptance to
    the end; `their_phone` is the craftsman's, for the caller, as long."""

    id: int
    skill: Skill
    skill_name: str
    text: str
    photos: list[FileLink]
    day: date
    part_name: str
    called: str = Field(description="the craftsman who is asked or comes", examples=["王师傅"])
    price: int
    why: list[str]
    status: CallStatus
    status_name: str
    reason: str
    answer_by: datetime | None
    asked: int = Field(description="how many were asked by now")
    place: str
    phone: str
    their_phone: str
    stars: int | None
    rating: str
    is_mine: bool
    asked_at: datetime
    moves: list[str]
    version: int
