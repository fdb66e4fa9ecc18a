"""Stalls and their visitors."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.fairs.models import Fair
from backend.engines.stalls.permissions import P
from backend.engines.stalls.rules import StallKind, Zone
from backend.engines.stalls.states import StallStatus

__all__ = ["Stall", "StallKind", "StallStatus", "StallVisit", "Zone"]


class Stall(Row):
    """Read with `fair`."""

    fair: fields.ForeignKeyRelation[Fair] = fields.ForeignKeyField(
        "app.Fair", related_name="stalls", on_delete=fields.RESTRICT
    )
    fair_id: int
    kind = fields.CharEnumField(StallKind, max_length=12)
    zone = fields.CharEnumField(Zone, max_length=12)
    name = fields.CharField(max_length=30)
    about = fields.CharField(max_length=200, default="")
    is_hidden = fields.BooleanField(default=False)
    """Moderation found what is said of it risky."""
    shop_id = fields.BigIntField(null=True)
    offered_by = fields.BigIntField(null=True)
    status = fields.CharEnumField(StallStatus, max_length=12, default=StallStatus.OFFERED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=100, default="")
    map_column = fields.SmallIntField(null=True)
    map_row = fields.SmallIntField(null=True)
    spot_key = CodeField(max_length=40, null=True, unique=True)
    """`fair:row:column`: no two stalls stand at one place."""
    code_id = fields.BigIntField(null=True, unique=True)
    visitors = fields.IntField(default=0)
    created_at = UtcDatetimeField()

    class Meta:
        table = "stalls_stall"
        indexes = (("fair_id", "status"), ("offered_by", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.OFFER:
            return self.offered_by is not None and self.offered_by == actor.user_id
        return actor.may(who, self.fair.area_path)


class StallVisit(Row):
    """Somebody came by, once; null once the person has left."""

    stall: fields.ForeignKeyRelation[Stall] = fields.ForeignKeyField(
        "app.Stall", related_name="visits", on_delete=fields.CASCADE
    )
    stall_id: int
    user_id = fields.BigIntField(null=True)
    at = UtcDatetimeField()

    class Meta:
        table = "stalls_visit"
        unique_together = (("stall_id", "user_id"),)
        indexes = (("user_id",),)
