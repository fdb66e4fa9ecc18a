"""Who came to a fair."""

from tortoise import fields

from backend.core.database import Row, UtcDatetimeField
from backend.engines.fairs.models import Fair


class Arrival(Row):
    """Somebody is there; null once the person has left the system."""

    fair: fields.ForeignKeyRelation[Fair] = fields.ForeignKeyField(
        "app.Fair", related_name="arrivals", on_delete=fields.RESTRICT
    )
    fair_id: int
    user_id = fields.BigIntField(null=True)
    is_named = fields.BooleanField(default=False)
    """Whether the person lets the wall say their name, masked."""
    at = UtcDatetimeField()

    class Meta:
        table = "arrivals_arrival"
        unique_together = (("fair_id", "user_id"),)
        indexes = (("fair_id", "id"), ("user_id",))
