"""Stays, and what was paid for each."""

from datetime import datetime
from typing import Any

from tortoise import fields

from backend.core import sealing
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.lots.models import Lot
from backend.engines.stays.rules import Phase
from backend.engines.vehicles import queries as vehicles

__all__ = ["Phase", "Stay", "StayPayment"]


class Stay(Row):
    """A car in a car park, as far as the gates saw it. Read with `lot__area`."""

    lot: fields.ForeignKeyRelation[Lot] = fields.ForeignKeyField(
        "app.Lot", related_name="stays", on_delete=fields.RESTRICT
    )
    lot_id: int
    key = CodeField(max_length=40, unique=True)
    """That of the passing it began with: `in:device:sequence`."""
    seal = CodeField(max_length=32)
    plate = CodeField(max_length=200, null=True)
    """Sealed; null once nobody needs to know any more."""
    plate_index = CodeField(max_length=64, null=True)
    vehicle_id = fields.BigIntField(null=True)
    phase = fields.CharEnumField(Phase, max_length=10)
    entered_at: datetime | None = UtcDatetimeField(null=True)
    left_at: datetime | None = UtcDatetimeField(null=True)
    tariff: dict[str, Any] = fields.JSONField()
    """The car park's when it came in."""
    cover = CodeField(max_length=8, null=True)
    """`pass` or `visit`."""
    cover_id = fields.BigIntField(null=True)
    free_until: datetime | None = UtcDatetimeField(null=True)
    fee = fields.IntField(default=0)
    """Fen, final once it has left."""
    paid = fields.IntField(default=0)
    waived = fields.IntField(default=0)
    owed = fields.IntField(default=0, db_index=True)
    """Of a stay that is over."""
    quoted_at: datetime | None = UtcDatetimeField(null=True)
    """Until when it is paid for."""
    paid_until: datetime | None = UtcDatetimeField(null=True)
    """Until when it may leave for what was paid."""

    class Meta:
        table = "stays_stay"
        indexes = (
            ("lot_id", "plate_index", "entered_at"),
            ("lot_id", "phase"),
            ("lot_id", "id"),
            ("vehicle_id", "id"),
        )


sealing.column(Stay, "plate", field=vehicles.FIELD, row="seal", index="plate_index")


class StayPayment(Row):
    """A payment for a stay: open, paid, closed, given back in part."""

    stay: fields.ForeignKeyRelation[Stay] = fields.ForeignKeyField(
        "app.Stay", related_name="payments", on_delete=fields.RESTRICT
    )
    stay_id: int
    subject = CodeField(max_length=40, unique=True)
    payment_id = fields.BigIntField(null=True, unique=True)
    payer_id = fields.BigIntField(default=0)
    amount = fields.IntField()
    returned = fields.IntField(default=0)
    quoted_at = UtcDatetimeField()
    is_open = fields.BooleanField(null=True)
    """True while unpaid, else null: a stay has one open payment at a time."""
    paid_at = UtcDatetimeField(null=True)

    class Meta:
        table = "stays_payment"
        unique_together = (("stay_id", "is_open"),)
