"""Runs, and the standing discounts they respect."""

from datetime import date

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.billings.rules import Ground, RunStatus

__all__ = ["BillRun", "Discount", "Ground", "RunStatus"]


class BillRun(Row):
    """All bills of a tariff for a period. Asked for again it goes on where bills are missing."""

    tariff_id = fields.BigIntField()
    unit_id = fields.BigIntField()
    area_id = fields.BigIntField()
    period = CodeField(max_length=8)
    status = fields.CharEnumField(RunStatus, max_length=8)
    started_by = fields.BigIntField()
    started_at = UtcDatetimeField()
    done_at = UtcDatetimeField(null=True)

    class Meta:
        table = "billings_run"
        unique_together = (("tariff_id", "period"),)
        indexes = (("unit_id", "id"),)


class Discount(Row):
    """A dwelling pays less of a tariff, from a day to a day. Ended, never changed."""

    tariff_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    percent = fields.SmallIntField()
    """So much of 100 is taken off."""
    ground = fields.CharEnumField(Ground, max_length=12)
    from_on: date = fields.DateField()
    until_on: date | None = fields.DateField(null=True)
    key = CodeField(max_length=80, unique=True)
    agreed_by = fields.BigIntField()
    agreed_at = UtcDatetimeField()

    class Meta:
        table = "billings_discount"
        indexes = (("tariff_id", "dwelling_id"),)
