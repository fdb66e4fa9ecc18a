"""Tariffs, their prices over time, and what meters read."""

from datetime import date
from typing import Any

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.tariffs.rules import Basis, Dial, Period, Step
from backend.foundation.areas.models import Area

__all__ = ["Basis", "Period", "Reading", "Tariff", "TariffVersion"]


class Tariff(Row):
    """Something that a firm asks of the dwellings of an area, regularly."""

    unit_id = fields.BigIntField()
    """The firm."""
    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField(
        "app.Area", related_name="tariffs", on_delete=fields.RESTRICT
    )
    area_id: int
    name = fields.CharField(max_length=40)
    basis = fields.CharEnumField(Basis, max_length=8)
    period = fields.CharEnumField(Period, max_length=8)
    due_days = fields.SmallIntField()
    """So many days after its period's last day a bill is due; below 0 it is paid in advance."""
    meter_unit = fields.CharField(max_length=8, default="")
    meter_digits = fields.SmallIntField(default=0)
    late_rate = fields.IntField(default=0)
    """A day's late fee in millionths of what is overdue; 0 is none."""
    late_cap = fields.SmallIntField(default=0)
    """The late fee of a bill is at most so many percent of its amount."""
    is_active = fields.BooleanField(default=True)
    version = fields.IntField(default=1)
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField(auto_now_add=True)

    class Meta:
        table = "tariffs_tariff"
        indexes = (("unit_id", "id"), ("area_id", "id"))

    @property
    def dial(self) -> Dial:
        return Dial(self.meter_digits)


class TariffVersion(Row):
    """A price from a day on; never changed, followed by another."""

    tariff: fields.ForeignKeyRelation[Tariff] = fields.ForeignKeyField(
        "app.Tariff", related_name="versions", on_delete=fields.RESTRICT
    )
    tariff_id: int
    valid_from = fields.DateField()
    price = fields.BigIntField(default=0)
    """0.01 fen per m² and month, or per month; steps have their own."""
    steps: list[dict[str, Any]] = fields.JSONField(default=list)
    basis_note = fields.CharField(max_length=200, default="")
    """On what the price rests: a contract, a decision of the owners, a public price."""
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField(auto_now_add=True)

    class Meta:
        table = "tariffs_version"
        unique_together = (("tariff_id", "valid_from"),)

    @property
    def ladder(self) -> list[Step]:
        return [Step(one["up_to"], one["price"]) for one in self.steps]


class Reading(Row):
    """What a dwelling's meter read at the end of a period. A correction is another row: it takes
    the `live_key` over, and the wrong one stays for all to see."""

    tariff: fields.ForeignKeyRelation[Tariff] = fields.ForeignKeyField(
        "app.Tariff", related_name="readings", on_delete=fields.RESTRICT
    )
    tariff_id: int
    dwelling_id = fields.BigIntField()
    period = CodeField(max_length=8)
    read_on: date = fields.DateField()
    previous = fields.BigIntField()
    value = fields.BigIntField()
    usage = fields.BigIntField()
    """All three in 0.001 units."""
    is_rolled_over = fields.BooleanField(default=False)
    old_end = fields.BigIntField(null=True)
    new_start = fields.BigIntField(null=True)
    note = fields.CharField(max_length=100, default="")
    corrects_id = fields.BigIntField(null=True)
    live_key = CodeField(max_length=60, null=True, unique=True)
    """`tariff:dwelling:period` of the reading that counts."""
    entered_by = fields.BigIntField()
    entered_at = UtcDatetimeField()

    class Meta:
        table = "tariffs_reading"
        indexes = (("tariff_id", "dwelling_id", "read_on"), ("tariff_id", "period"))


def reading_key(tariff_id: int, dwelling_id: int, period: str) -> str:
    return f"{tariff_id}:{dwelling_id}:{period}"
