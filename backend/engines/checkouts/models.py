"""What was begun at WeChat, and what came from there that does not agree with our books."""

from datetime import datetime
from typing import Any

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.checkouts.permissions import P
from backend.engines.checkouts.states import QuarantineStatus, Why


class Checkout(Row):
    """A payment that was begun at WeChat. Written before the call: whatever happens then, it is
    asked about until it is settled or closed there."""

    payment_id = fields.BigIntField(unique=True)
    number = CodeField(max_length=32, unique=True)
    appid = CodeField(max_length=32)
    mchid = CodeField(max_length=32)
    sub_mchid = CodeField(max_length=32, null=True)
    amount = fields.BigIntField()
    prepay_id = CodeField(max_length=80, null=True)
    prepaid_at = UtcDatetimeField(null=True)
    begun_at = UtcDatetimeField()
    expires_at = UtcDatetimeField()
    asked = fields.IntField(default=0)
    ask_at = UtcDatetimeField(null=True)
    """When WeChat is asked next; null once nothing can come any more."""
    ended = CodeField(max_length=12, default="")
    """`paid`, `closed` (there), `quarantined`; empty while it can still be paid."""

    class Meta:
        table = "checkouts_checkout"
        indexes = (("ask_at",),)

    @property
    def receiver(self) -> str:
        """The merchant's account that gets the money."""
        return self.sub_mchid or self.mchid

    def is_fresh(self, at: datetime, seconds: int) -> bool:
        """Whether the prepay_id can still be used."""
        return (
            self.prepay_id is not None
            and self.prepaid_at is not None
            and (at - self.prepaid_at).total_seconds() < seconds
        )


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
            return actor.may_for_all(P.RULE)
        return actor.oversees(who, self.unit_id, self.area_path)
