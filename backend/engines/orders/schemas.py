"""Orders as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.orders.rules import Grade, Stage
from backend.engines.orders.states import OrderStatus

Say = Annotated[str, Field(min_length=2, max_length=500)]
FileIds = Annotated[list[Id], Field(max_length=9)]
Latitude = Annotated[float, Field(ge=-90, le=90, examples=[35.104672])]
Longitude = Annotated[float, Field(ge=-180, le=180, examples=[118.356414])]
PartyName = Literal["community", "property", "department"]


class MoveBody(Body):
    """What every move takes: `version` is what the phone saw; an older one is refused."""

    version: int | None = Field(default=None, ge=1, examples=[3])


class ReasonBody(MoveBody):
    reason: Say = Field(examples=["不在本部门职责范围内，应由物业公司处理"])


class NoteBody(MoveBody):
    note: str = Field(default="", max_length=500)


class ReplyBody(MoveBody):
    text: Say
    file_ids: FileIds = Field(default_factory=list)


class Clock(Answer):
    """A deadline. `left_seconds` is negative when overdue; while paused it stands still."""

    kind: Literal["contact", "arrive", "done"]
    name: str = Field(examples=["联系"])
    due_at: datetime
    paused: bool
    state: Literal["running", "soon", "overdue", "paused", "met", "late"]
    left_seconds: int


class OrderCard(Answer):
    """An order in a list."""

    id: Id
    number: str = Field(examples=["2611220001042"])
    kind: str = Field(examples=["repair"])
    kind_name: str = Field(examples=["物业报修"])
    title: str
    status: OrderStatus
    status_name: str = Field(examples=["待接单"])
    grade: Grade
    grade_name: str = Field(examples=["一般"])
    place: str = Field(examples=["阳光花园3号楼2单元"])
    compound_name: str
    area_id: Id
    created_at: datetime
    updated_at: datetime
    picture_url: str | None
    handler_name: str | None
    clock: Clock | None
    latitude: float | None = Field(description="degrees, GCJ-02; the phone knows how far that is")
    longitude: float | None
    version: int
    returned: int
    urged: int


class AnswerOut(Answer):
    label: str
    answer: str


class OrderFileOut(Answer):
    id: Id
    kind: Literal["image", "audio"]
    url: str
    thumb_url: str | None
    stage: Stage
    by: str = Field(examples=["居民"])
    seconds: int | None = None


class Reporter(Answer):
    """Who reported, the phone masked; anonymous ones have neither. The handler asks for the whole
    number when about to call."""

    name: str
    phone: str | None
    is_me: bool
    is_anonymous: bool


class DutyOut(Answer):
    """A duty of the list and why the text was read so."""

    code: str = Field(examples=["A01"])
    item: str
    department: str
    sureness: float = Field(ge=0, le=1)
    words: list[str]


class UnitOut(Answer):
    id: Id
    name: str


class PartOut(Answer):
    id: Id
    unit_name: str
    status: Literal["open", "closed"]
    note: str
    result: str | None
    is_mine: bool


class HistoryItem(Answer):
    """One step in plain words."""

    id: Id
    at: datetime
    move: str = Field(examples=["take"])
    title: str = Field(examples=["已有人接单"])
    text: str
    who: str = Field(examples=["王师傅"])
    files: list[OrderFileOut]


class RatingOut(Answer):
    stars: int
    is_solved: bool
    text: str | None


class UrgeOut(Answer):
    """How often it was urged and from when on it may be again (null: now, or never more)."""

    count: int
    next_at: datetime | None


class ExtensionOut(Answer):
    hours: int
    reason: str
    status: Literal["pending", "approved", "refused", "lapsed"]


class OrderDetail(OrderCard):
    """Everything about an order that the asker may see, and the moves open to them."""

    text: str
    answers: list[AnswerOut]
    files: list[OrderFileOut]
    voice: OrderFileOut | None
    reporter: Reporter | None
    duty: DutyOut | None
    candidates: list[DutyOut] | None
    clocks: list[Clock]
    unit: UnitOut | None
    party: PartyName | None
    parts: list[PartOut]
    history: list[HistoryItem]
    moves: list[str] = Field(examples=[["take"]])
    rating: RatingOut | None
    urge: UrgeOut | None
    extension: ExtensionOut | None
    promise_text: str
