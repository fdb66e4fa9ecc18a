"""Settlements between owners."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.features.handovers.permissions import P
from backend.features.handovers.states import HandoverStatus, Kind

__all__ = ["Handover", "HandoverStatus", "Kind"]


class Handover(Row):
    """What is agreed about a former tenure's balance, or its debts. One of a kind at a time."""

    dwelling_id = fields.BigIntField()
    area_id = fields.BigIntField()
    former = fields.IntField()
    tenure = fields.IntField()
    """The one that runs, whose owners are the other side."""
    kind = fields.CharEnumField(Kind, max_length=8)
    amount = fields.BigIntField()
    status = fields.CharEnumField(HandoverStatus, max_length=8, default=HandoverStatus.OPEN)
    version = fields.IntField(default=1)
    live_key = CodeField(max_length=60, null=True, unique=True)
    """`dwelling:former:kind` while open."""
    asked_by = fields.BigIntField()
    asked_at = UtcDatetimeField()
    ended_by = fields.BigIntField(null=True)
    ended_at = UtcDatetimeField(null=True)
    receipt_no = CodeField(max_length=40, default="")

    class Meta:
        table = "handovers_handover"
        indexes = (("dwelling_id", "status"),)

    may_confirm = False
    """Set by who reads it: whether the actor is the side whose word is missing."""
    may_drop = False

    def may(self, actor: Actor, who: Permission) -> bool:
        if who is P.PAY_OUT:
            return self.kind is Kind.REFUND and actor.holds(who)
        return self.may_confirm or self.may_drop
