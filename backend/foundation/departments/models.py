"""Departments, and which areas each of them serves."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.foundation.areas.models import Area
from backend.foundation.departments.rules import DepartmentKind

__all__ = ["Department", "DepartmentKind", "ServedArea"]


class Department(Row):
    """A unit that orders are handed to, and that posts may stand for."""

    code = CodeField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)
    kind = fields.CharEnumField(DepartmentKind, max_length=12)
    phone = fields.CharField(max_length=20, default="")
    """The office's own number, public."""
    is_active = fields.BooleanField(default=True)
    created_at = UtcDatetimeField(auto_now_add=True)
    updated_at = UtcDatetimeField(auto_now=True)
    served: fields.ReverseRelation["ServedArea"]

    class Meta:
        table = "departments_department"
        indexes = (("kind", "id"),)


class ServedArea(Row):
    """A department that answers for an area and all below; without any it answers everywhere."""

    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "app.Department", related_name="served", on_delete=fields.CASCADE
    )
    department_id: int
    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField(
        "app.Area", related_name="served_by", on_delete=fields.RESTRICT
    )
    area_id: int

    class Meta:
        table = "departments_served_area"
        unique_together = (("department_id", "area_id"),)
        indexes = (("area_id",),)
