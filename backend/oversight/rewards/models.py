"""Rules of areas that differ from the usual ones, and every change of them."""

from typing import Any

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class RewardRule(Row):
    """An area's own terms for a kind; where it has none those of the area above it hold."""

    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    kind = CodeField(max_length=40)
    amount = fields.IntField()
    daily = fields.IntField()
    monthly = fields.IntField()
    is_on = fields.BooleanField()
    version = fields.IntField(default=1)

    class Meta:
        table = "rewards_rule"
        unique_together = (("area_id", "kind"),)
        indexes = (("area_path", "kind"),)


class RewardChange(Row):
    """That somebody changed a rule, and why. Never changed."""

    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    kind = CodeField(max_length=40)
    before: dict[str, Any] = fields.JSONField()
    after: dict[str, Any] = fields.JSONField()
    grounds = fields.CharField(max_length=200)
    changed_by = fields.BigIntField()
    at = UtcDatetimeField()

    class Meta:
        table = "rewards_change"
        indexes = (("area_path", "id"),)
