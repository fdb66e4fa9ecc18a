"""What the API says and hears about bills."""

from datetime import date, datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, PageQuery
from backend.engines.wechat_bills.states import WechatBillStatus
from backend.integrations.wechat_bills import BillKind


class WechatBillQuery(PageQuery):
    status: WechatBillStatus | None = None


class WechatBillOut(Answer):
    """A day's bill. `line_count` is 0 for a day without any."""

    id: int
    mchid: str
    day: date
    kind: BillKind
    kind_name: str = Field(examples=["交易账单"])
    status: WechatBillStatus
    status_name: str = Field(examples=["已核对"])
    version: int
    line_count: int
    reason: str = Field(description="why it was refused")
    loaded_at: datetime | None
    compared_at: datetime | None
    moves: list[str] = Field(examples=[["again"]])


class Again(Body):
    version: int | None = Field(default=None, ge=1)
