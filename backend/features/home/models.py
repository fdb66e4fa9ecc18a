"""What a community has switched on."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField

__all__ = ["CommunityService"]


class CommunityService(Row):
    """A service that a community shows, in its order. Without any row it shows the usual ones."""

    community_id = fields.BigIntField()
    key = CodeField(max_length=20)
    sort = fields.SmallIntField()
    chosen_by = fields.BigIntField()
    chosen_at = UtcDatetimeField()

    class Meta:
        table = "home_service"
        unique_together = (("community_id", "key"),)
