"""Reminders sent, plans agreed, and who does not want to be reminded."""

from datetime import date

from tortoise import fields

from backend.core.database import Row, UtcDatetimeField

__all__ = ["Muted", "PaymentPlan", "Reminder"]


class Reminder(Row):
    """That a dwelling's holders were reminded; one a day at most."""

    unit_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    tenure = fields.IntField()
    day: date = fields.DateField()
    sent_at = UtcDatetimeField()
    sent_by = fields.BigIntField()
    """0 is the house itself."""
    owed = fields.BigIntField()
    people = fields.SmallIntField()
    """How many accounts were told; 0 when nobody of the dwelling has one."""

    class Meta:
        table = "arrears_reminder"
        unique_together = (("unit_id", "dwelling_id", "tenure", "day"),)


class PaymentPlan(Row):
    """What was agreed about paying later; until then nobody is reminded."""

    unit_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    tenure = fields.IntField()
    note = fields.CharField(max_length=200)
    until_on: date = fields.DateField()
    made_by = fields.BigIntField()
    made_at = UtcDatetimeField()
    ended_at = UtcDatetimeField(null=True)

    class Meta:
        table = "arrears_plan"
        indexes = (("dwelling_id", "tenure", "until_on"),)


class Muted(Row):
    """A person who switched reminders off."""

    user_id = fields.BigIntField(unique=True)
    muted_at = UtcDatetimeField()

    class Meta:
        table = "arrears_muted"
