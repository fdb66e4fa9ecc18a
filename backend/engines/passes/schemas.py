"""What the API says and hears about passes. Amounts are fen."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.passes.rules import MOST_MONTHS
from backend.engines.passes.states import PassStatus, TermStatus, VisitStatus
from backend.engines.vehicles.queries import PlateText


class PassNew(Body):
    """`space_id`: a rented space that is free, or the dwelling's own; without one the pass is for
    any space."""

    lot_id: Id
    vehicle_id: Id
    months: int = Field(ge=1, le=MOST_MONTHS, examples=[3])
    space_id: Id | None = None


class Renewal(Body):
    months: int = Field(ge=1, le=MOST_MONTHS, examples=[3])


class EndBody(Body):
    version: int | None = None
    reason: str = Field(min_length=2, max_length=200, examples=["车辆已出售"])


class PassQuery(PageQuery):
    lot_id: Id
    status: PassStatus | None = None


class TermOut(Answer):
    months: int
    amount: int
    status: TermStatus
    status_name: str
    payment_id: int | None
    begins_at: datetime | None
    ends_at: datetime | None


class PassOut(Answer):
    """`plate` is in plain for the owner, masked for the staff."""

    id: int
    lot_id: int
    lot_name: str
    vehicle_id: int
    plate: str = Field(examples=["鲁Q·12345"])
    space_number: str | None
    month_price: int
    status: PassStatus
    status_name: str
    valid_from: datetime | None
    valid_until: datetime | None
    terms: list[TermOut]
    moves: list[str]
    version: int


class VisitNew(Body):
    """An invitation of one's dwelling. Without `plate` the visitor says it with the code."""

    lot_id: Id
    dwelling_id: Id
    plate: PlateText | None = None
    remark: str = Field(default="", max_length=20, examples=["表哥"])
    valid_from: datetime
    valid_until: datetime


class Redeem(Body):
    code: str = Field(min_length=6, max_length=20, examples=["K7M2QX9AB4"])
    plate: PlateText


class CodeQuery(Body):
    code: str = Field(min_length=6, max_length=20)


class VisitOut(Answer):
    """The issuer's view."""

    id: int
    lot_id: int
    lot_name: str
    code: str = Field(examples=["K7M2QX9AB4"])
    plate: str | None
    remark: str
    valid_from: datetime
    valid_until: datetime
    status: VisitStatus
    status_name: str
    is_over: bool
    moves: list[str]


class InvitationOut(Answer):
    """The visitor's view: where and when, nothing of who invites."""

    lot_name: str
    place: str
    plate: str | None = Field(description="masked", examples=["鲁Q***45"])
    valid_from: datetime
    valid_until: datetime
    is_good: bool


class QuotaOut(Answer):
    lot_id: int
    quota: int
    used: int
