"""Goods, and how many of one a person took on a day."""

from typing import Any

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField

__all__ = ["DayTaking", "Good"]


class Good(Row):
    """Something that a shop sells. `stock` null: as many as one likes."""

    shop_id = fields.BigIntField()
    name = fields.CharField(max_length=40)
    category = fields.CharField(max_length=20, default="")
    about = fields.CharField(max_length=500, default="")
    price = fields.IntField()
    """Fen, before the options' extras."""
    options: list[dict[str, Any]] = fields.JSONField(default=list)
    """See rules.Group."""
    stock = fields.IntField(null=True)
    daily_limit = fields.SmallIntField(null=True)
    """So many a person and day; null without limit."""
    picture_ids: list[int] = fields.JSONField(default=list)
    is_on = fields.BooleanField(default=True)
    """On the shelf."""
    is_menu = fields.BooleanField(default=False)
    """A dish of a day's menu: ordered by its booking, not put into carts."""
    is_prescription = fields.BooleanField(default=False)
    blocked = fields.CharField(max_length=200, default="")
    """Why the community took it off the shelf; empty unless it did."""
    sort = fields.IntField(default=0)
    sold = fields.IntField(default=0)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField()

    class Meta:
        table = "goods_good"
        indexes = (("shop_id", "is_on", "is_menu", "sort"),)


class DayTaking(Row):
    """How many of a limited good one person ordered on a day; given back ones do not count."""

    good: fields.ForeignKeyRelation[Good] = fields.ForeignKeyField(
        "app.Good", related_name="takings", on_delete=fields.CASCADE
    )
    good_id: int
    user_id = fields.BigIntField()
    day = CodeField(max_length=10)
    taken = fields.IntField(default=0)

    class Meta:
        table = "goods_day_taking"
        unique_together = (("good_id", "user_id", "day"),)
        indexes = (("day",), ("user_id",))
