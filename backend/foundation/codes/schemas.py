"""What the API says and hears about codes."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.foundation.codes.rules import CodeKind

PictureKind = Literal["qr", "wxa"]
"""An ordinary QR, or the round code of the mini-program."""


class CodeNew(Body):
    """A community and a building have one code each; an area may have many checkpoints."""

    area_id: Id
    kind: CodeKind
    label: str = Field(default="", max_length=40, examples=["东门岗亭"])


class CodeQuery(PageQuery):
    area_id: Id | None = None
    kind: CodeKind | None = None


class CodeOut(Answer):
    id: int
    kind: CodeKind
    kind_name: str = Field(examples=["社区码"])
    area_id: int
    area_name: str = Field(examples=["望山街道春晖社区"])
    label: str
    scene: str = Field(examples=["K7M2QX9AB4"])
    scans: int
    created_at: datetime
    retired_at: datetime | None


class Scan(Body):
    """The scene, or the whole of what a phone read from the code."""

    scene: str = Field(min_length=1, max_length=1024, examples=["K7M2QX9AB4"])


class Landing(Answer):
    """Where a scan leads. `community_id` is null only for a code above all communities."""

    area_id: int
    community_id: int | None
    compound_id: int | None
    kind: CodeKind
    label: str


class ImageQuery(Body):
    kind: PictureKind = "qr"


class Sheet(Body):
    """`copies` of each code; ten cards go on a page, a poster takes one."""

    code_ids: list[Id] = Field(min_length=1, max_length=100)
    layout: Literal["cards", "poster"] = "cards"
    picture: PictureKind = "qr"
    copies: int = Field(default=1, ge=1, le=500)


class DayOut(Answer):
    day: date
    scans: int
