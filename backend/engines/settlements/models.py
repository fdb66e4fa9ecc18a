"""What disagreed, and which fees are in the books."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.settlements.permissions import P
from backend.engines.settlements.rules import Kind, Subject
from backend.engines.settlements.states import DifferenceStatus

__all__ = ["Difference", "DifferenceStatus", "Kind", "PostedFee", "Subject"]


class Difference(Row):
    """Something that disagrees, until it is ruled or heals. Money in fen, null for none."""

    key = CodeField(max_length=140, unique=True)
    """`mchid|subject|number|kind`: found again it is the same."""
    mchid = CodeField(max_length=32)
    day = CodeField(max_length=10)
    subject = fields.CharEnumField(Subject, max_length=8)
    kind = fields.CharEnumField(Kind, max_length=12)
    status = fields.CharEnumField(DifferenceStatus, max_length=8)
    version = fields.IntField(default=1)
    number = CodeField(max_length=64)
    """Ours: of the payment or the refund."""
    wechat_no = CodeField(max_length=32, default="")
    theirs = fields.BigIntField(null=True)
    ours = fields.BigIntField(null=True)
    says = fields.CharField(max_length=200, default="")
    """Both states in words."""
    payment_id = fields.BigIntField(null=True)
    payee_id = fields.BigIntField(null=True)
    payee_name = fields.CharField(max_length=60, default="")
    unit_id = fields.BigIntField(null=True)
    """Whose accountants see it; null is the county's."""
    grounds = fields.CharField(max_length=300, default="")
    ruling = CodeField(max_length=8, default="")
    """The move that ended it."""
    ruled_by = fields.BigIntField(null=True)
    ruled_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "settlements_difference"
        indexes = (
            ("status", "id"),
            ("unit_id", "status", "id"),
            ("payee_id", "day"),
            ("mchid", "day"),
            ("number",),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who is P.RULE and actor.oversees_unit(who, self.unit_id))


class PostedFee(Row):
    """The fee of one line of a bill, in the books once. Fen; negative when given back."""

    line_id = fields.BigIntField(unique=True)
    batch = CodeField(max_length=60)
    """Which postings hold it."""
    payee_id = fields.BigIntField()
    amount = fields.BigIntField()

    class Meta:
        table = "settlements_fee"
        indexes = (("batch", "payee_id"),)
