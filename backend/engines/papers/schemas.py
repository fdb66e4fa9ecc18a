"""What the API says and hears about paper ballots."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.papers.states import PaperStatus

CODE = r"^[2-9A-HJ-NP-Z ]{12,40}$"


class Reading(Body):
    """What stands on a paper: the box that is ticked and the code, blanks do not matter."""

    choice: str = Field(max_length=20, examples=["agree"])
    code: str = Field(pattern=CODE, examples=["K7M2 QX9A B4CD"])


class EntryBody(Reading):
    dwelling_id: Id
    received_at: AwareDatetime = Field(description="when it was handed in")


class RulingBody(Reading):
    """What a third person reads on the paper."""

    note: str = Field(min_length=2, max_length=200, examples=["与业主当面核对原件"])
    version: int | None = Field(default=None, ge=1)


class VoidBody(Body):
    note: str = Field(min_length=2, max_length=200, examples=["房号录错"])
    version: int | None = Field(default=None, ge=1)


class CountBody(Body):
    version: int | None = Field(default=None, ge=1)


class PaperQuery(PageQuery):
    status: PaperStatus | None = None


class PrintQuery(Body):
    """Which dwellings' papers: those at or below the area that have not voted."""

    area_id: Id


class PaperOut(Answer):
    """An entry. What was entered is not shown: the second reads the paper, not the first."""

    id: Id
    dwelling_id: Id
    place: str
    status: PaperStatus
    status_name: str
    is_mine: bool = Field(description="the actor made the first entry")
    received_at: datetime
    entered_at: datetime
    note: str
    version: int
    moves: list[str]
