"""What the API says and hears about moving cars."""

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.demands.queries import PlaceBody
from backend.engines.vehicles.queries import PlateText
from backend.features.move_car.rules import Reason, Reply
from backend.features.move_car.states import RequestStatus
from backend.foundation.files.queries import FileLink


class Ask(Body):
    """Either `plate`, or `code`: whatever a phone read from the windscreen."""

    plate: PlateText | None = Field(default=None, examples=["鲁Q12345"])
    code: str | None = Field(default=None, min_length=1, max_length=1024)
    reason: Reason
    place: PlaceBody = PlaceBody()
    file_ids: list[Id] = Field(default_factory=list, max_length=3)

    @model_validator(mode="after")
    def one_way(self) -> Self:
        if (self.plate is None) == (self.code is None):
            raise ValueError("请输入车牌，或扫挡风玻璃上的挪车码")
        return self


class AnswerBody(Body):
    reply: Reply


class Complain(Body):
    reason: str = Field(min_length=2, max_length=200, examples=["车没有挡道，反复打扰"])


class BlockNew(Body):
    days: int = Field(ge=1, le=90)
    reason: str = Field(min_length=2, max_length=200, examples=["恶意重复请求"])


class Dismiss(Body):
    reason: str = Field(min_length=2, max_length=200, examples=["现场核实，确有挡道"])


class Lift(Body):
    reason: str = Field(min_length=2, max_length=200, examples=["已作解释"])


class OverseenQuery(PageQuery):
    is_complaint: bool = False
    """Only those that an owner complained of."""
    is_waiting: bool = False
    """Of those only the ones that nobody ruled on."""


class StepOut(Answer):
    """One line of the progress."""

    text: str = Field(examples=["已通知车主"])
    at: datetime


class RequestOut(Answer):
    """The asker's own view. While nobody has answered it is told by the clock alone: it does not
    tell whether the plate is registered."""

    id: int
    plate: str | None = Field(examples=["鲁Q·12345"])
    by_code: bool
    reason: Reason
    reason_name: str
    place: str
    photos: list[FileLink]
    status: RequestStatus
    status_name: str
    reply: Reply | None
    reply_name: str | None
    promised_until: datetime | None
    order_status: str | None = Field(description="how far the staff are, in words")
    asked_at: datetime
    next_at: datetime | None = Field(description="when the next step is due without an answer")
    steps: list[StepOut]
    moves: list[str]


class ToldOut(Answer):
    """The owner's view: nothing of who asks."""

    id: int
    plate: str
    reason: Reason
    reason_name: str
    place: str
    photos: list[FileLink]
    status: RequestStatus
    status_name: str
    reply: Reply | None
    asked_at: datetime
    is_complained: bool
    ruling: str | None = Field(description="what came of the complaint")
    moves: list[str]


class OverseenOut(Answer):
    """The staff's view: plate and asker masked."""

    id: int
    plate: str | None = Field(examples=["鲁Q***45"])
    requester: str = Field(examples=["王**"])
    reason_name: str
    place: str
    status: RequestStatus
    status_name: str
    is_registered: bool
    order_id: int | None
    complaint: str | None
    ruling: str | None = Field(description="null while the complaint waits")
    asked_at: datetime
    moves: list[str] = Field(examples=[["block", "dismiss"]])


class BlockOut(Answer):
    id: int
    requester: str = Field(examples=["王**"])
    request_id: int
    reason: str
    made_at: datetime
    until: datetime
    lifted_at: datetime | None
    moves: list[str] = Field(examples=[["lift"]])
