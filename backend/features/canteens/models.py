"""Canteens' rules, the dishes of their days, and who had a meal subsidised."""

from typing import Any

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.features.canteens.rules import Meal

__all__ = ["Canteen", "Dish", "SubsidisedMeal"]


class Canteen(Row):
    """What holds for the canteen that a shop is; without a row the usual holds."""

    shop_id = fields.BigIntField(unique=True)
    meals: dict[str, Any] = fields.JSONField(default=dict)
    """See rules.USUAL_MEALS."""
    subsidies: dict[str, int] = fields.JSONField(default=dict)
    """Fen by the age from which on; empty: none."""

    class Meta:
        table = "canteens_canteen"


class Dish(Row):
    """A good that is offered for one meal of one day."""

    shop_id = fields.BigIntField()
    good_id = fields.BigIntField(unique=True)
    day = fields.DateField()
    meal = fields.CharEnumField(Meal, max_length=12)

    class Meta:
        table = "canteens_dish"
        indexes = (("shop_id", "day", "meal"),)


class SubsidisedMeal(Row):
    """That a person's meal was paid in part; once a person, day and meal."""

    resident_id = fields.BigIntField()
    day = fields.DateField()
    meal = fields.CharEnumField(Meal, max_length=12)
    amount = fields.IntField()
    purchase_id = fields.BigIntField(db_index=True)
    live_key = CodeField(max_length=60, null=True, unique=True)
    """Null once the booking came to nothing."""
    at = UtcDatetimeField()

    class Meta:
        table = "canteens_subsidised_meal"
        indexes = (("resident_id", "day"),)
