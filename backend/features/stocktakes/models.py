"""What was counted."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.features.stocktakes.states import CountStatus

__all__ = ["CountStatus", "StockCount"]


class StockCount(Row):
    """One good at one place, counted once. `expected` is what can be redeemed and what is promised
    together: both lie there."""

    good_id = fields.BigIntField()
    good_name = fields.CharField(max_length=40)
    place_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    expected = fields.IntField()
    counted = fields.IntField()
    note = fields.CharField(max_length=200, default="")
    status = fields.CharEnumField(CountStatus, max_length=10)
    version = fields.IntField(default=1)
    counted_by = fields.BigIntField()
    counted_at = UtcDatetimeField()
    ruled_by = fields.BigIntField(null=True)
    ruled_at = UtcDatetimeField(null=True)
    grounds = fields.CharField(max_length=200, default="")

    class Meta:
        table = "stocktakes_count"
        indexes = (("area_path", "id"), ("place_id", "id"), ("good_id",))

    @property
    def difference(self) -> int:
        return self.counted - self.expected

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        return actor.user_id != self.counted_by and actor.may(who, self.area_path)
