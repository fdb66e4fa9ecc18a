"""Prepaid balances that were brought along: each dwelling's once."""

from tortoise import fields

from backend.core.database import Row, UtcDatetimeField

__all__ = ["OpeningBalance"]


class OpeningBalance(Row):
    unit_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    tenure = fields.IntField()
    amount = fields.BigIntField()
    brought_by = fields.BigIntField()
    brought_at = UtcDatetimeField()

    class Meta:
        table = "openings_balance"
        unique_together = (("unit_id", "dwelling_id", "tenure"),)
