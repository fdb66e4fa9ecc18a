"""What was booked into a pool or out of it."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.features.pools.rules import Kind

__all__ = ["Kind", "PoolEntry"]


class PoolEntry(Row):
    """Written once, never changed: what was wrong is taken back by another."""

    community_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    kind = fields.CharEnumField(Kind, max_length=10)
    shop_id = fields.BigIntField(null=True)
    amount = fields.IntField()
    """Points, above zero: the kind says which way they went."""
    voucher = CodeField(max_length=40)
    """The number of the paper that it follows from: booked once in a community."""
    note = fields.CharField(max_length=200)
    reverses_id = fields.BigIntField(null=True, unique=True)
    by = fields.BigIntField()
    at = UtcDatetimeField()

    class Meta:
        table = "pools_entry"
        unique_together = (("community_id", "voucher"),)
        indexes = (("area_path", "id"), ("shop_id",))

    @property
    def key(self) -> str:
        """Under which it stands in the books."""
        return f"points:pool-entry:{self.id}"

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or actor.may(who, self.area_path)
