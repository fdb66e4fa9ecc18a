"""What the API says and hears about books. Money in fen."""

from datetime import date, datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.books.states import DayStatus
from backend.engines.settlements.queries import Days


class Part(Answer):
    """Money of one kind."""

    kind: str = Field(examples=["wechat"])
    name: str = Field(examples=["微信支付"])
    amount: int = Field(examples=[128000])


class DayOut(Answer):
    """A payee's day: `closing` = `opening` + `income` − `refunds` − `fees`.

    `id` is null for a day that is not over. `waiting`: differences that keep it from being
    closed. WeChat's fees are posted when its bill is there, the day after.
    """

    id: int | None
    day: date
    payee_id: int
    payee_name: str = Field(examples=["蓝海物业"])
    status: DayStatus
    status_name: str = Field(examples=["未结账"])
    version: int
    opening: int
    income: int
    refunds: int
    fees: int
    net: int
    closing: int
    count: int = Field(description="movements")
    income_by: list[Part]
    refunds_by: list[Part]
    closed_at: datetime | None = None
    closer: str = Field(default="", description="who closed it")
    moves: list[str] = Field(examples=[["close"]])


class DayDetail(DayOut):
    """A day with what it still needs, and whether the ledger gives the same figures again."""

    waiting: int
    is_compared: bool = Field(description="WeChat's bills of the day are compared")
    is_same: bool = Field(description="computed again from the ledger it is the same")


class DayQuery(PageQuery):
    """Days from `first` to `last`, both included."""

    payee_id: Id | None = None
    first: date | None = None
    last: date | None = None


class MovementOut(Answer):
    """A movement of the payee's day; `amount` as it gained or lost."""

    id: int
    at: datetime
    kind: str = Field(examples=["payment"])
    memo: str
    amount: int


class ExportQuery(Days):
    payee_id: Id | None = None


class Close(Body):
    version: int | None = Field(default=None, ge=1)


class TrialQuery(Body):
    day: date


class TrialRow(Answer):
    """All accounts of one kind."""

    kind: str = Field(examples=["payee"])
    name: str = Field(examples=["收款方"])
    opening: int
    gained: int
    given: int
    closing: int


class TrialOut(Answer):
    """The trial balance of a day; `is_even`: it sums to zero, as it must."""

    day: date
    rows: list[TrialRow]
    is_even: bool
