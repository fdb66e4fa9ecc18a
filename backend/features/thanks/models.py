"""Thanks."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.wishes.models import Wish

__all__ = ["WishThanks"]


class WishThanks(Row):
    """What a wisher says when it has come true; on the wall only as far as they agree."""

    wish: fields.ForeignKeyRelation[Wish] = fields.ForeignKeyField(
        "app.Wish", related_name="thanks", on_delete=fields.CASCADE
    )
    wish_id: int
    key = CodeField(max_length=20, unique=True)
    """The wish's id: one says thanks once, and changes it."""
    writer_id = fields.BigIntField(db_index=True)
    text = fields.CharField(max_length=300)
    is_hidden = fields.BooleanField(default=False)
    """Moderation found the text risky."""
    is_public = fields.BooleanField()
    shows_photos = fields.BooleanField()
    said_at = UtcDatetimeField()

    class Meta:
        table = "thanks_thanks"
        indexes = (("is_public", "id"),)
