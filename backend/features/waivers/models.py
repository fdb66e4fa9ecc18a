"""Waivers of one bill, and discounts that stand."""

from datetime import date

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import Row, UtcDatetimeField
from backend.engines.billings.queries import Ground
from backend.features.waivers.permissions import P
from backend.features.waivers.states import WaiverStatus

__all__ = ["Waiver", "WaiverStatus"]


class Waiver(Row):
    """Less of one bill (`bill_id`, `amount`), or a percentage of a tariff for a dwelling from a day
    on (`tariff_id`, `percent`, `from_on`)."""

    unit_id = fields.BigIntField()
    area_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    tariff_id = fields.BigIntField()
    bill_id = fields.BigIntField(null=True)
    amount = fields.BigIntField(default=0)
    percent = fields.SmallIntField(default=0)
    from_on: date | None = fields.DateField(null=True)
    until_on: date | None = fields.DateField(null=True)
    ground = fields.CharEnumField(Ground, max_length=12)
    note = fields.CharField(max_length=200)
    status = fields.CharEnumField(WaiverStatus, max_length=10, default=WaiverStatus.ASKED)
    version = fields.IntField(default=1)
    asked_by = fields.BigIntField()
    asked_at = UtcDatetimeField()
    ruled_by = fields.BigIntField(null=True)
    ruled_at = UtcDatetimeField(null=True)
    ruling = fields.CharField(max_length=200, default="")

    class Meta:
        table = "waivers_waiver"
        indexes = (("unit_id", "status", "id"), ("bill_id",))

    def may(self, actor: Actor, who: Permission) -> bool:
        """Whose firm's it is, is asked when it is read."""
        is_own = self.asked_by == actor.user_id
        return actor.holds(who) and (is_own if who is P.WITHDRAW else not is_own)
