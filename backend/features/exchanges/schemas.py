"""What the API says and hears about things to exchange."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.features.exchanges.states import ItemStatus
from backend.foundation.files.queries import FileLink


class ItemNew(Body):
    """`accepts_rules`: the giver has read the fair's rules of exchange and keeps to them."""

    title: str = Field(min_length=2, max_length=30, examples=["九成新儿童自行车"])
    about: str = Field(default="", max_length=200, examples=["孩子长大了，带辅助轮"])
    wants: str = Field(default="", max_length=60, examples=["换几本绘本"])
    file_ids: Annotated[list[Id], Field(max_length=4)] = Field(default_factory=list)
    accepts_rules: Literal[True] = Field(examples=[True])


class MoveBody(Body):
    version: int | None = Field(default=None, ge=1)


class ItemQuery(PageQuery):
    """`mine`: those that I brought or reserved, whatever became of them."""

    mine: bool = False


class ItemOut(Answer):
    id: Id
    fair_id: Id
    title: str
    about: str
    wants: str
    pictures: list[FileLink]
    status: ItemStatus
    status_name: str
    giver: str = Field(examples=["张*"])
    is_mine: bool
    is_reserved_by_me: bool
    created_at: datetime
    moves: list[str]
    version: int
