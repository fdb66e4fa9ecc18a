"""Things to exchange."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.fairs.models import Fair
from backend.features.exchanges.permissions import P
from backend.features.exchanges.states import ItemStatus

__all__ = ["ExchangeItem", "ItemStatus"]


class ExchangeItem(Row):
    """Read with `fair`."""

    fair: fields.ForeignKeyRelation[Fair] = fields.ForeignKeyField(
        "app.Fair", related_name="items", on_delete=fields.RESTRICT
    )
    fair_id: int
    title = fields.CharField(max_length=30)
    about = fields.CharField(max_length=200, default="")
    wants = fields.CharField(max_length=60, default="")
    """What the giver would like for it; empty: nothing."""
    is_hidden = fields.BooleanField(default=False)
    file_ids: list[int] = fields.JSONField(default=list)
    giver_id = fields.BigIntField(null=True)
    taker_id = fields.BigIntField(null=True)
    keep_key = CodeField(max_length=60, null=True, unique=True)
    """`fair:person:n` while reserved: see rules.keep_keys."""
    status = fields.CharEnumField(ItemStatus, max_length=12, default=ItemStatus.OFFERED)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField()
    handed_at = UtcDatetimeField(null=True)

    class Meta:
        table = "exchanges_item"
        indexes = (("fair_id", "status", "id"), ("giver_id",), ("taker_id",))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.RUN:
            return actor.may(P.RUN, self.fair.area_path)
        is_giver = self.giver_id is not None and self.giver_id == actor.user_id
        if who == P.KEEP:
            return self.taker_id is not None and self.taker_id == actor.user_id
        return is_giver if who == P.GIVE else not is_giver
