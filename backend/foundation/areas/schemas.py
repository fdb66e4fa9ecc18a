"""What the API says and hears about areas and dwellings."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.foundation.areas.rules import Level

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f/]+$")]
Microdegrees = Annotated[int, Field(ge=-180_000_000, le=180_000_000, examples=[118_334_000])]


class Contact(Body):
    """Where the office of an area is found; all of it public."""

    phone: str | None = Field(default=None, max_length=20, pattern=r"^[0-9 ()+-]*$")
    address: str | None = Field(default=None, max_length=100, examples=["春晖路 12 号"])
    hours: str | None = Field(default=None, max_length=60, examples=["8:30-18:00，周末值班"])


class AreaOut(Answer):
    id: int
    parent_id: int | None
    level: Level
    name: str = Field(examples=["春晖社区"])
    path: str = Field(examples=["/1/3/17/"])
    full_name: str = Field(examples=["望山街道春晖社区"])
    sort: int
    children_count: int
    contact: Contact
    latitude: int | None = Field(description="1e-6 degrees, GCJ-02")
    longitude: int | None


class AreaQuery(PageQuery):
    """Without anything: the roots. With `parent_id`: its children, or with a `level` too, all
    areas of that level below it. `q` looks into names."""

    parent_id: Id | None = None
    level: Level | None = None
    q: str | None = Field(default=None, min_length=1, max_length=60)


class AreaNew(Body):
    parent_id: Id | None = None
    level: Level
    name: Name
    sort: int = Field(default=0, ge=0, le=100_000)
    contact: Contact = Contact()
    latitude: Microdegrees | None = None
    longitude: Microdegrees | None = None


class AreaChange(Body):
    """Only what is given changes."""

    name: Name | None = None
    sort: int | None = Field(default=None, ge=0, le=100_000)
    contact: Contact | None = None
    latitude: Microdegrees | None = None
    longitude: Microdegrees | None = None


class AreaMoveIn(Body):
    parent_id: Id
    note: str = Field(default="", max_length=200, examples=["网格调整"])


class AreaMoveOut(Answer):
    id: int
    from_id: int
    from_name: str
    to_id: int
    to_name: str
    note: str
    moved_by: int
    moved_at: datetime


class DwellingQuery(PageQuery):
    q: str | None = Field(default=None, min_length=1, max_length=20, examples=["10"])


class DwellingOut(Answer):
    """`square` (0.01 m²) is null for those who have no business there."""

    id: int
    area_id: int
    number: str = Field(examples=["101"])
    name: str = Field(examples=["101"])
    place: str = Field(examples=["锦绣花园1号楼1单元101"])
    floor: int | None
    square: int | None


class RowError(Answer):
    row: int = Field(description="as the spreadsheet numbers it; the header is row 1")
    column: str
    message: str


class ImportReport(Answer):
    """With any error nothing at all was written."""

    rows: int
    created: int
    updated: int
    errors: list[RowError]
    errors_total: int
