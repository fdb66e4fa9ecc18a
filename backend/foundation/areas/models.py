"""Areas with their materialised path, dwellings, and the history of moves."""

from typing import Any

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.foundation.areas.rules import Level

__all__ = ["Area", "AreaMove", "Dwelling", "Level"]


class Area(Row):
    """A node of the tree. `path` is the ids from the root down to itself, `/1/3/17/`."""

    parent: fields.ForeignKeyNullableRelation["Area"] = fields.ForeignKeyField(
        "app.Area", related_name="children", on_delete=fields.RESTRICT, null=True
    )
    parent_id: int | None
    path = CodeField(max_length=200, null=True, unique=True)
    """Null only between the insert and the update that writes the new id into it."""
    level = fields.CharEnumField(Level, max_length=12)
    name = fields.CharField(max_length=60)
    sibling_key = CodeField(max_length=100, unique=True)
    """Parent and folded name: see rules.sibling_key."""
    sort = fields.IntField(default=0)
    contact: dict[str, Any] = fields.JSONField(default=dict)
    """`{phone, address, hours}` of the community's or property's office; any may be missing."""
    latitude = fields.IntField(null=True)
    longitude = fields.IntField(null=True)
    """Its middle in 1e-6 degrees, GCJ-02 as WeChat's maps have it."""
    created_at = UtcDatetimeField(auto_now_add=True)
    updated_at = UtcDatetimeField(auto_now=True)

    class Meta:
        table = "areas_area"
        indexes = (("parent_id", "sort", "id"), ("level", "path"))


class Dwelling(Row):
    """A flat or shop at a unit, or at a building without units."""

    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField(
        "app.Area", related_name="dwellings", on_delete=fields.RESTRICT
    )
    area_id: int
    number = CodeField(max_length=20)
    floor = fields.SmallIntField(null=True)
    square = fields.IntField(null=True)
    """Floor space in 0.01 m²."""

    class Meta:
        table = "areas_dwelling"
        unique_together = (("area_id", "number"),)


class AreaMove(Row):
    """That an area once stood elsewhere: never changed, never deleted."""

    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField(
        "app.Area", related_name="moves", on_delete=fields.RESTRICT
    )
    area_id: int
    from_parent_id = fields.BigIntField()
    to_parent_id = fields.BigIntField()
    from_path = CodeField(max_length=200)
    to_path = CodeField(max_length=200)
    note = fields.CharField(max_length=200, default="")
    moved_by = fields.BigIntField()
    moved_at = UtcDatetimeField()

    class Meta:
        table = "areas_move"
        indexes = (("area_id", "id"),)
