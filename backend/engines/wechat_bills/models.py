"""A day's bills with their lines."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.wechat_bills.permissions import P
from backend.engines.wechat_bills.states import WechatBillStatus
from backend.integrations.wechat_bills import BillKind, What

__all__ = ["BillKind", "WechatBill", "WechatBillLine", "WechatBillStatus", "What"]


class WechatBill(Row):
    """One bill of one account at WeChat for one day: once each."""

    mchid = CodeField(max_length=32)
    day = CodeField(max_length=10)
    """`2026-11-24`, in Shanghai."""
    kind = fields.CharEnumField(BillKind, max_length=8)
    status = fields.CharEnumField(WechatBillStatus, max_length=10)
    version = fields.IntField(default=1)
    line_count = fields.IntField(default=0)
    digest = CodeField(max_length=40, default="")
    """SHA1 of the file; empty for a day without one."""
    reason = fields.CharField(max_length=200, default="")
    """Why it was refused."""
    created_at = UtcDatetimeField()
    loaded_at = UtcDatetimeField(null=True)
    compared_at = UtcDatetimeField(null=True)

    class Meta:
        table = "wechat_bills_bill"
        unique_together = (("mchid", "day", "kind"),)
        indexes = (("day", "id"), ("status", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who is P.RUN and actor.oversees_all(who))


class WechatBillLine(Row):
    """A line of a bill, money in fen. A line of the fund-flow bill carries the numbers of the
    trade bill's line that it belongs to. Nothing personal is kept of what the bill says."""

    bill_id = fields.BigIntField()
    line = fields.IntField()
    what = fields.CharEnumField(What, max_length=8)
    at = UtcDatetimeField()
    out_no = CodeField(max_length=64)
    wechat_no = CodeField(max_length=32)
    trade_no = CodeField(max_length=32)
    amount = fields.BigIntField()
    settled = fields.BigIntField()
    fee = fields.BigIntField()
    status = CodeField(max_length=16)
    sub_mchid = CodeField(max_length=32)

    class Meta:
        table = "wechat_bills_line"
        unique_together = (("bill_id", "line"),)
        indexes = (("out_no", "what"), ("wechat_no",))
