"""What the API says and hears about differences."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.settlements.rules import Kind, Subject
from backend.engines.settlements.states import UNSETTLED, DifferenceStatus

MOST_DAYS = 366

Grounds = Annotated[str, Field(min_length=4, max_length=300, pattern=r"^[^\x00-\x08\x0b-\x1f]+$")]


class DifferenceQuery(PageQuery):
    """Without a status: what waits for a ruling."""

    status: DifferenceStatus | None = None
    day: date | None = None
    payee_id: Id | None = None

    @property
    def wanted(self) -> Sequence[DifferenceStatus]:
        return UNSETTLED if self.status is None else (self.status,)


class DifferenceOut(Answer):
    """Something that disagrees; money in fen, null for none."""

    id: int
    day: date
    subject: Subject
    subject_name: str = Field(examples=["收款"])
    kind: Kind
    kind_name: str = Field(examples=["金额不一致"])
    status: DifferenceStatus
    status_name: str = Field(examples=["待处理"])
    version: int
    number: str
    wechat_no: str
    theirs: int | None = Field(examples=[12800])
    ours: int | None = Field(examples=[12000])
    says: str = Field(examples=["微信：成功；我们：未支付"])
    payment_id: int | None
    payee_id: int | None
    payee_name: str
    grounds: str
    ruling: str = Field(examples=["explain"])
    ruler: str = Field(description="who ruled it", examples=["王会计"])
    ruled_at: datetime | None
    created_at: datetime
    moves: list[str] = Field(examples=[["pursue", "explain", "correct"]])


class Days(Body):
    """At most a year of days."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= (self.last - self.first).days < MOST_DAYS:
            raise ValueError("起止日期应先后有序，最多一年")
        return self


class Ruling(Body):
    """`version` is what the ruler saw."""

    grounds: Grounds
    version: int | None = Field(default=None, ge=1)
