"""What the API says and hears about counts."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.features.stocktakes.states import CountStatus


class CountNew(Body):
    """`counted`: everything of it that lies there, also what somebody redeemed already."""

    shelf_id: Id
    place_id: Id
    counted: int = Field(strict=True, ge=0, le=1_000_000, examples=[17])
    note: str = Field(default="", max_length=200)


class CountRuling(Body):
    """Why, for the record; `version` is what was seen."""

    grounds: str = Field(min_length=4, max_length=200, examples=["两件包装破损已报废"])
    version: int | None = Field(default=None, ge=1)


class CountQuery(PageQuery):
    area_id: Id | None = None
    status: CountStatus | None = None


class CountOut(Answer):
    """`difference` is counted − expected."""

    id: Id
    good_name: str
    place_name: str
    expected: int
    counted: int
    difference: int
    note: str
    status: CountStatus
    status_name: str = Field(examples=["待认定"])
    counted_by_name: str
    counted_at: datetime
    ruled_by_name: str
    ruled_at: datetime | None
    grounds: str
    moves: list[str]
    version: int
