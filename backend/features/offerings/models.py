"""Offerings of fairs; their turns are slots of the room `bookings`."""

from tortoise import fields

from backend.core.database import Row, UtcDatetimeField
from backend.engines.fairs.models import Fair
from backend.features.offerings.rules import OfferingKind

__all__ = ["Offering", "OfferingKind"]


class Offering(Row):
    """Read with `fair`."""

    fair: fields.ForeignKeyRelation[Fair] = fields.ForeignKeyField(
        "app.Fair", related_name="offerings", on_delete=fields.RESTRICT
    )
    fair_id: int
    stall_id = fields.BigIntField(null=True)
    kind = fields.CharEnumField(OfferingKind, max_length=12)
    title = fields.CharField(max_length=40)
    about = fields.CharField(max_length=500, default="")
    booked = fields.IntField(default=0)
    """Changed by whoever books, so that one person's two turns at once wait for each other."""
    created_by = fields.BigIntField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "offerings_offering"
        indexes = (("fair_id", "id"),)
