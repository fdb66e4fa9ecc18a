"""What the API says and hears about stalls."""

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id
from backend.engines.fairs.queries import MOST_COLUMNS, MOST_ROWS
from backend.engines.stalls.rules import StallKind, Zone
from backend.engines.stalls.states import StallStatus


class StallNew(Body):
    """`shop_id` is a shop that the asker runs, for merchants."""

    kind: StallKind = Field(examples=["craft"])
    zone: Zone = Field(examples=["care"])
    name: str = Field(min_length=2, max_length=30, examples=["老李磨剪刀"])
    about: str = Field(default="", max_length=200, examples=["免费磨剪子、修伞"])
    shop_id: Id | None = None


class MoveBody(Body):
    version: int | None = Field(default=None, ge=1)


class ReasonBody(MoveBody):
    reason: str = Field(min_length=2, max_length=100, examples=["同类摊位已满，下次请早"])


class PlaceBody(MoveBody):
    """A place of the map, counted from 1; both null takes the stall off the map."""

    column: int | None = Field(ge=1, le=MOST_COLUMNS, examples=[2])
    row: int | None = Field(ge=1, le=MOST_ROWS, examples=[1])

    @model_validator(mode="after")
    def _both(self) -> "PlaceBody":
        if (self.column is None) != (self.row is None):
            raise ValueError("行和列要一起填写")
        return self


class ScanBody(Body):
    scene: str = Field(min_length=1, max_length=1024, examples=["K7M2QX9AB4"])


class StallOut(Answer):
    """`spot` is the place's name on the map; `offered_by` is told to the organisers only."""

    id: Id
    fair_id: Id
    kind: StallKind
    kind_name: str
    zone: Zone
    zone_name: str
    name: str
    about: str
    spot: str = Field(examples=["A2"])
    column: int | None
    row: int | None
    status: StallStatus
    status_name: str
    reason: str
    visitors: int
    shop_id: int | None
    has_visited: bool
    is_mine: bool
    offered_by: str
    moves: list[str]
    version: int


class StallList(Answer):
    items: list[StallOut]


class VisitOut(Answer):
    """`is_first` is false when the person had come by before: nothing is counted then."""

    stall: StallOut
    is_first: bool
    visited: int = Field(description="stalls of this fair that the person has come by")
