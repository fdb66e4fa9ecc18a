"""What the API says of bills. Money is whole fen."""

from datetime import date, datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.bills.rules import EntryKind
from backend.engines.bills.states import BillStatus


class BillOut(Answer):
    """A bill in a list."""

    id: int
    number: str = Field(examples=["2611010000042"])
    dwelling_id: int
    tenure: int = Field(description="whose it is: see the dwelling's overview")
    place: str = Field(examples=["春晖社区锦绣花园1号楼1单元101"])
    title: str = Field(examples=["物业费 2026年第4季度"])
    period: str = Field(examples=["2026Q4"])
    first_day: date
    last_day: date
    due_on: date
    overdue_days: int
    amount: int = Field(description="as issued, fen")
    owed: int = Field(description="still to be paid, fen, without the late fee of today")
    late_fee: int = Field(description="what would come on top if it were paid today, fen")
    status: BillStatus
    status_name: str
    is_being_paid: bool
    is_disputed: bool
    is_former: bool = Field(description="of a tenure that has ended")
    payee_name: str
    issued_at: datetime


class EntryOut(Answer):
    kind: EntryKind
    kind_name: str
    amount: int
    note: str
    payment_id: int | None
    at: datetime


class BillDetail(BillOut):
    explained: list[str] = Field(description="the computation in plain words")
    price_note: str = Field(description="on what the price rests")
    entries: list[EntryOut]
    payment_id: int | None
    order_id: int | None
    reading_id: int | None
    reissued_as: int | None = Field(description="the bill in the place of a void one")
    moves: list[str]
    version: int


class BillQuery(PageQuery):
    """One's own bills; for staff those of the firm, below `area_id` or of one dwelling."""

    dwelling_id: Id | None = None
    area_id: Id | None = None
    status: BillStatus | None = None
    tariff_id: Id | None = None
    period: str | None = Field(default=None, max_length=8)
    is_overdue: bool = False
    is_disputed: bool = False


class VoidBody(Body):
    version: int = Field(ge=1)
    reason: str = Field(min_length=2, max_length=200, examples=["面积录错，更正后重开"])
