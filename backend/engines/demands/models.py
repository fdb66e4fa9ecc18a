"""What somebody has begun to say."""

from typing import Any

from tortoise import fields

from backend.core.database import Row, UtcDatetimeField

__all__ = ["Draft"]


class Draft(Row):
    """One person's unfinished report; there is one per person."""

    user_id = fields.BigIntField(unique=True)
    content: dict[str, Any] = fields.JSONField()
    updated_at = UtcDatetimeField()

    class Meta:
        table = "order_draft"
