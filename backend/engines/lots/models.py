"""Car parks and their spaces."""

from typing import Any

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.lots.rules import SpaceKind
from backend.foundation.areas.models import Area

__all__ = ["Lot", "Space", "SpaceKind"]


class Lot(Row):
    """A car park of a firm at an area. Read with `area`. Amounts are fen."""

    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField(
        "app.Area", related_name="lots", on_delete=fields.RESTRICT
    )
    area_id: int
    name = fields.CharField(max_length=30)
    unit_id = fields.BigIntField()
    """The property firm that runs it and is paid."""
    unit_name = fields.CharField(max_length=60)
    capacity = fields.IntField()
    month_price = fields.IntField()
    tariff: dict[str, Any] = fields.JSONField()
    """rules.Tariff as JSON."""
    takes_strangers = fields.BooleanField(default=True)
    visitor_quota = fields.IntField(default=10)
    visitor_hours = fields.IntField(default=24)
    leave_minutes = fields.IntField(default=15)
    is_active = fields.BooleanField(default=True)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField()

    class Meta:
        table = "lots_lot"
        unique_together = (("area_id", "name"),)


class Space(Row):
    """A marked space. Who has it now is told by the pass that names it."""

    lot: fields.ForeignKeyRelation[Lot] = fields.ForeignKeyField(
        "app.Lot", related_name="spaces", on_delete=fields.RESTRICT
    )
    lot_id: int
    number = CodeField(max_length=12)
    kind = fields.CharEnumField(SpaceKind, max_length=8)
    dwelling_id = fields.BigIntField(null=True)
    """Whose an owned one is."""
    month_price = fields.IntField(null=True)
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "lots_space"
        unique_together = (("lot_id", "number"),)
