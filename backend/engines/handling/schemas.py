"""What handlers send."""

from typing import Literal

from pydantic import Field

from backend.core.schemas import Id
from backend.engines.orders.queries import (
    FileIds,
    Latitude,
    Longitude,
    MoveBody,
    NoteBody,
    ReasonBody,
    Say,
)


class ContactBody(NoteBody):
    outcome: Literal["reached", "no_answer"] = "reached"


class ArriveBody(NoteBody):
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    place_text: str = Field(default="", max_length=200)
    file_ids: FileIds = Field(default_factory=list)


class ResolveBody(MoveBody):
    result: Say = Field(examples=["更换了三楼的灯泡，已试亮"])
    before_ids: FileIds = Field(default_factory=list)
    after_ids: FileIds = Field(default_factory=list)


class ClosePartBody(MoveBody):
    part_id: Id
    result: Say


class ExtendBody(ReasonBody):
    hours: int = Field(ge=1, le=240, examples=[24])
