"""Bills and what changed them. What was computed when a bill was issued is never changed."""

from datetime import date
from typing import Any

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.bills.permissions import P
from backend.engines.bills.rules import EntryKind
from backend.engines.bills.states import BillStatus

__all__ = ["Bill", "BillEntry", "BillStatus", "EntryKind"]


class Bill(Row):
    """What a dwelling owes for a period. `owed` is `amount` and all entries added up."""

    tariff_id = fields.BigIntField()
    version_id = fields.BigIntField(null=True)
    """The price; none for a balance brought along."""
    run_id = fields.BigIntField(null=True)
    """0 for a balance brought along."""
    batch = CodeField(max_length=32, default="")
    """By which stretch of a run it was issued: what two runs at once did is told apart by it."""
    dwelling_id = fields.BigIntField()
    tenure = fields.IntField()
    """Whose it is: the owners of that tenure owe it, see `foundation.tenures`."""
    area_id = fields.BigIntField()
    unit_id = fields.BigIntField()
    period = CodeField(max_length=8)
    issue = fields.SmallIntField(default=0)
    """0, and one more each time it was void and issued anew."""
    title = fields.CharField(max_length=60)
    first_day: date = fields.DateField()
    last_day: date = fields.DateField()
    due_on: date = fields.DateField()
    amount = fields.BigIntField()
    owed = fields.BigIntField()
    detail: dict[str, Any] = fields.JSONField()
    """The figures of the computation: see rules.explained."""
    reading_id = fields.BigIntField(null=True)
    status = fields.CharEnumField(BillStatus, max_length=8, default=BillStatus.UNPAID)
    payment_id = fields.BigIntField(null=True)
    """The open payment that it is in; at most one at a time."""
    order_id = fields.BigIntField(null=True)
    """The order of its latest dispute."""
    is_disputed = fields.BooleanField(default=False)
    issued_at = UtcDatetimeField()
    paid_at = UtcDatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "bills_bill"
        unique_together = (("tariff_id", "dwelling_id", "period", "issue"),)
        indexes = (
            ("dwelling_id", "tenure", "status"),
            ("unit_id", "status", "due_on"),
            ("run_id", "batch"),
            ("payment_id",),
            ("order_id",),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        """The house posts; a firm's manager voids (whose firm's it is, is asked when reading)."""
        return actor.is_system or (who != P.POST and actor.holds(who))


class BillEntry(Row):
    """A change of what a bill asks for; below 0 it makes it less. Never changed, never deleted."""

    bill_id = fields.BigIntField()
    kind = fields.CharEnumField(EntryKind, max_length=8)
    amount = fields.BigIntField()
    key = CodeField(max_length=80, unique=True)
    note = fields.CharField(max_length=200, default="")
    payment_id = fields.BigIntField(null=True)
    by = fields.BigIntField()
    at = UtcDatetimeField()

    class Meta:
        table = "bills_entry"
        indexes = (("bill_id", "id"),)
