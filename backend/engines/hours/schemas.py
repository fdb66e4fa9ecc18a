"""What the API says and hears about service hours and certificates."""

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.hours.rules import MOST_MINUTES
from backend.engines.hours.states import HourStatus


class ConfirmBody(Body):
    """`minutes` other than proposed need a `reason`."""

    minutes: int | None = Field(default=None, ge=1, le=MOST_MINUTES, examples=[120])
    reason: str = Field(default="", max_length=100, examples=["忘记签退，按实际服务时间计"])
    version: int | None = Field(default=None, ge=1)


class CorrectBody(Body):
    minutes: int = Field(ge=0, le=MOST_MINUTES, examples=[90])
    reason: str = Field(min_length=2, max_length=100, examples=["提前离开半小时"])
    version: int | None = Field(default=None, ge=1)


class RejectBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["签到后未参加服务"])


class HoursQuery(PageQuery):
    status: HourStatus | None = None


class ChangeOut(Answer):
    before: int
    after: int
    reason: str
    at: datetime


class HourOut(Answer):
    """Minutes of one service; `name` is for hosts, masked unless they are of the staff."""

    id: Id
    title: str
    owner_kind: str
    owner_id: Id
    served_on: date
    proposed: int
    minutes: int
    note: str
    status: HourStatus
    status_name: str
    reason: str
    name: str | None = Field(examples=["王**"])
    history: list[ChangeOut]
    moves: list[str]
    version: int


class HoursOut(Answer):
    """One's own sum. Minutes."""

    confirmed: int
    waiting: int
    services: int
    this_year: int


class CertificateNew(Body):
    since: date
    until: date

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.until < self.since:
            raise ValueError("结束日期不能早于开始日期")
        return self


class CertificateOut(Answer):
    id: Id
    number: str = Field(examples=["ZY-ABCD-EFGH-JKLM"])
    since: date
    until: date
    minutes: int
    services: int
    issued_at: datetime


class CheckBody(Body):
    """The number on the paper; with the name on it, whether that is the right one."""

    number: str = Field(min_length=8, max_length=40, examples=["ZY-ABCD-EFGH-JKLM"])
    name: str | None = Field(default=None, min_length=1, max_length=30)


class CheckOut(Answer):
    """What anybody may know of a certificate: no name. `minutes_now`: what the books say of the
    same days today, where hours were corrected since."""

    number: str
    since: date
    until: date
    minutes: int
    minutes_now: int
    services: int
    issued_at: datetime
    verdict: Literal["valid", "corrected"]
    verdict_name: str = Field(examples=["有效"])
    is_name_right: bool | None
