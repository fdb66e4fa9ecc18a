"""What disagrees."""

from typing import Any

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.quarantines.permissions import P
from backend.engines.quarantines.states import QuarantineStatus, Why


class Quarantine(Row):
    """Genuine word from WeChat that does not agree with our books: kept, shown, never posted."""

    key = CodeField(max_length=120, unique=True)
    """The same for every repetition."""
    kind = CodeField(max_length=12)
    """`payment` or `refund`."""
    why = fields.CharEnumField(Why, max_length=16)
    status = fields.CharEnumField(QuarantineStatus, max_length=10)
    version = fields.IntField(default=1)
    number = CodeField(max_length=64)
    """out_trade_no or out_refund_no as it came."""
    transaction_id = CodeField(max_length=64, default="")
    mchid = CodeField(max_length=32, default="")
    amount = fields.BigIntField(default=0)
    facts: dict[str, Any] = fields.JSONField()
    """What WeChat said, without who paid."""
    payment_id = fields.BigIntField(null=True)
    """Ours of that number, where there is one."""
    unit_id = fields.BigIntField(null=True)
    area_path = CodeField(max_length=200, default="/")
    created_at = UtcDatetimeField()
    ruling = CodeField(max_length=10, default="")
    ruled_by = fields.BigIntField(null=True)
    ruled_at = UtcDatetimeField(null=True)
    reason = fields.CharField(max_length=200, default="")
    applied_to = fields.BigIntField(null=True)
    """The payment it was accepted as, or that was made to refund it."""

    class Meta:
        table = "payments_quarantine"
        indexes = (("status", "id"), ("area_path", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        """How the actor stands to this very row: what is of no area is for the whole house."""
        if actor.is_system:
            return True
        if who is not P.RULE:
            return False
        if self.area_path == "/":
            return actor.oversees_all(P.RULE)
        return actor.oversees(who, self.unit_id, self.area_path)
