"""Days of books, and each day's trial balance. Money in fen."""

from typing import Any

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.books.permissions import P
from backend.engines.books.states import DayStatus

__all__ = ["BookDay", "DayStatus", "TrialBalance"]


class BookDay(Row):
    """A payee's day, by the moment of posting. Written once when it is over; there is none for a
    day without movement."""

    payee_id = fields.BigIntField()
    payee_name = fields.CharField(max_length=60)
    unit_id = fields.BigIntField(null=True)
    day = CodeField(max_length=10)
    """`2026-11-24`, in Shanghai."""
    status = fields.CharEnumField(DayStatus, max_length=8)
    version = fields.IntField(default=1)
    opening = fields.BigIntField()
    income = fields.BigIntField()
    refunds = fields.BigIntField()
    fees = fields.BigIntField()
    closing = fields.BigIntField()
    count = fields.IntField()
    methods: dict[str, dict[str, int]] = fields.JSONField()
    """`{income: {wechat: 100}, refunds: {…}}`."""
    digest = CodeField(max_length=64, default="")
    """Over the figures, once closed."""
    closed_by = fields.BigIntField(null=True)
    closed_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "books_day"
        unique_together = (("payee_id", "day"),)
        indexes = (("unit_id", "day", "id"), ("day", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        return who is P.CLOSE and actor.oversees_unit(who, self.unit_id)

    def figures(self) -> dict[str, Any]:
        """What the digest is over."""
        names = ("opening", "income", "refunds", "fees", "closing", "count", "methods")
        return {name: getattr(self, name) for name in names}


class TrialBalance(Row):
    """All accounts of one kind at the end of a day; the kinds of a day sum to zero."""

    day = CodeField(max_length=10)
    kind = CodeField(max_length=24)
    gained = fields.BigIntField()
    given = fields.BigIntField()
    closing = fields.BigIntField()

    class Meta:
        table = "books_trial"
        unique_together = (("day", "kind"),)
