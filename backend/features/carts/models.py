"""What somebody means to buy."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField

__all__ = ["CartItem"]


class CartItem(Row):
    """So many of a good with these choices; `choices` is a JSON list as text, to be unique by."""

    user_id = fields.BigIntField()
    shop_id = fields.BigIntField()
    good_id = fields.BigIntField()
    choices = CodeField(max_length=200, default="[]")
    quantity = fields.SmallIntField()
    updated_at = UtcDatetimeField()

    class Meta:
        table = "carts_item"
        unique_together = (("user_id", "good_id", "choices"),)
        indexes = (("user_id", "shop_id"),)
