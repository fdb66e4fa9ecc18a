"""What residents send and get."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id
from backend.engines.orders.queries import (
    DutyOut,
    FileIds,
    Grade,
    Latitude,
    Longitude,
    MoveBody,
    QuestionType,
    Say,
)

KindKey = Annotated[str, Field(min_length=1, max_length=20, examples=["repair"])]
Text = Annotated[
    str, Field(min_length=2, max_length=2000, examples=["三号楼二单元三楼的灯坏了一个星期了"])
]
Answers = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=200)]],
    Field(max_length=20, examples=[{"where": "楼道"}]),
]


class PlaceBody(Body):
    """Where: a dwelling of mine, the area of a scanned code, or words; a point of the map besides.

    Without dwelling and area it is where I live.
    """

    area_id: Id | None = None
    dwelling_id: Id | None = None
    text: str | None = Field(default=None, max_length=100, examples=["小区东门外"])
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def whole_point(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("经度和纬度要一起填")
        return self


class BehalfBody(Body):
    """Of whom staff report: that person's name and phone, sealed, shown to the handler."""

    name: str = Field(min_length=1, max_length=30)
    phone: str | None = Field(default=None, pattern=r"^1[3-9][0-9]{9}$")


class ReportBody(Body):
    kind: KindKey
    text: Text
    title: str | None = Field(default=None, max_length=40)
    answers: Answers = Field(default_factory=dict)
    place: PlaceBody = PlaceBody()
    file_ids: FileIds = Field(default_factory=list)
    voice_id: Id | None = None
    is_anonymous: bool = False
    on_behalf_of: BehalfBody | None = None


class PreviewBody(Body):
    text: Text
    kind: KindKey | None = None


class Promise(Answer):
    kind: Literal["contact", "arrive", "done"]
    name: str = Field(examples=["联系"])
    hours: int


class Preview(Answer):
    """What the house would make of a text: its kind, how urgent, whose duty, and by when."""

    kind: str
    kind_name: str
    grade: Grade
    grade_name: str
    matches: list[DutyOut]
    promise: list[Promise]


class DraftBody(Body):
    """A report as far as it is written; nothing in it is checked but its size."""

    kind: str | None = Field(default=None, max_length=20)
    text: str = Field(default="", max_length=2000)
    title: str | None = Field(default=None, max_length=40)
    answers: Answers = Field(default_factory=dict)
    place: dict[str, Any] = Field(default_factory=dict, max_length=8)
    file_ids: FileIds = Field(default_factory=list)
    voice_id: Id | None = None
    is_anonymous: bool = False


class UrgeBody(MoveBody):
    text: str = Field(default="", max_length=200)


class SupplementBody(MoveBody):
    text: Say
    file_ids: FileIds = Field(default_factory=list)


class WithdrawBody(MoveBody):
    reason: str = Field(default="", max_length=200)


class RateBody(MoveBody):
    stars: int = Field(ge=1, le=5)
    is_solved: bool
    text: str = Field(default="", max_length=500)


class QuestionOut(Answer):
    key: str
    label: str
    type: QuestionType
    options: list[str] | None = None
    required: bool


class KindOut(Answer):
    """A kind of demand with its own questions."""

    key: str = Field(examples=["repair"])
    name: str = Field(examples=["物业报修"])
    hint: str
    icon: str
    questions: list[QuestionOut]


class Kinds(Answer):
    items: list[KindOut]
    next: None = None


class DraftOut(Answer):
    """A report as far as it was written."""

    kind: str | None
    text: str
    title: str | None
    answers: dict[str, str]
    place: dict[str, Any]
    file_ids: list[int]
    voice_id: int | None
    is_anonymous: bool
    updated_at: datetime
