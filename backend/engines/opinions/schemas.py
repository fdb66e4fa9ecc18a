"""What the API says and hears about opinions."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.foundation.files.queries import FileLink


class OpinionNew(Body):
    section: str = Field(max_length=20, examples=["place"])
    text: str = Field(min_length=2, max_length=500, examples=["装在东门，离楼远一点。"])
    file_ids: list[Id] = Field(default=[], max_length=4)


class OpinionQuery(PageQuery):
    """By section or all; the latest first, or those that most neighbours like."""

    section: str | None = Field(default=None, max_length=20)
    sort: Literal["latest", "liked"] = "latest"


class HideBody(Body):
    reason: str = Field(min_length=2, max_length=200, examples=["含有他人隐私"])


class OpinionOut(Answer):
    id: Id
    section: str
    author: str = Field(examples=["1号楼居民"], description="staff read a masked name besides")
    text: str
    photos: list[FileLink]
    likes: int
    is_liked: bool
    is_mine: bool
    hidden_because: str
    at: datetime
