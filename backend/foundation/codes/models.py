"""Codes and how often each was scanned."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.foundation.areas.models import Area
from backend.foundation.codes.rules import CodeKind

__all__ = ["Code", "CodeDay", "CodeKind"]


class Code(Row):
    """A printed code. `token` is the scene that a scan brings; a retired code leads nowhere."""

    token = CodeField(max_length=32, unique=True)
    kind = fields.CharEnumField(CodeKind, max_length=12)
    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField(
        "app.Area", related_name="codes", on_delete=fields.RESTRICT
    )
    area_id: int
    live_key = CodeField(max_length=40, null=True, unique=True)
    """`kind:area` while in use, for the kinds of which an area has one."""
    label = fields.CharField(max_length=40)
    scans = fields.IntField(default=0)
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField()
    retired_at = UtcDatetimeField(null=True)

    class Meta:
        table = "codes_code"
        indexes = (("area_id", "id"),)


class CodeDay(Row):
    """How often a code was scanned on a day of Shanghai."""

    code: fields.ForeignKeyRelation[Code] = fields.ForeignKeyField(
        "app.Code", related_name="days", on_delete=fields.CASCADE
    )
    code_id: int
    day = fields.DateField()
    scans = fields.IntField(default=0)

    class Meta:
        table = "codes_day"
        unique_together = (("code_id", "day"),)
