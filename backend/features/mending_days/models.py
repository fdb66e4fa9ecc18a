"""Days and their benches; turns are slots of the room `bookings`, one person each."""

from datetime import datetime

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.craftsmen.models import Craftsman
from backend.engines.craftsmen.queries import Skill
from backend.features.mending_days.permissions import P
from backend.features.mending_days.states import BenchStatus, DayStatus

__all__ = ["Bench", "BenchStatus", "DayStatus", "MendingDay"]


class MendingDay(Row):
    """A day in a square, for whoever lives below the area."""

    area_path = CodeField(max_length=200)
    place = fields.CharField(max_length=60)
    about = fields.CharField(max_length=300, default="")
    starts_at: datetime = UtcDatetimeField()
    ends_at: datetime = UtcDatetimeField()
    most_each = fields.SmallIntField(default=2)
    """Turns that one person can have on the day."""
    touched = fields.IntField(default=0)
    """Changed by whoever books, so that one person's turns at once wait for each other."""
    status = fields.CharEnumField(DayStatus, max_length=12, default=DayStatus.ANNOUNCED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=100, default="")
    is_reminded = fields.BooleanField(default=False)
    created_by = fields.BigIntField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "mending_days_day"
        indexes = (("area_path", "starts_at"), ("status", "starts_at"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        return who == P.ANNOUNCE and actor.may(P.ANNOUNCE, self.area_path)


class Bench(Row):
    """A craftsman at work there, for one skill. Read with `day` and `craftsman`."""

    day: fields.ForeignKeyRelation[MendingDay] = fields.ForeignKeyField(
        "app.MendingDay", related_name="benches", on_delete=fields.RESTRICT
    )
    day_id: int
    craftsman: fields.ForeignKeyRelation[Craftsman] = fields.ForeignKeyField(
        "app.Craftsman", related_name="benches", on_delete=fields.RESTRICT
    )
    craftsman_id: int
    skill = fields.CharEnumField(Skill, max_length=12)
    minutes = fields.SmallIntField()
    """Of a turn."""
    served = fields.IntField(default=0)
    """Turns that were held."""
    status = fields.CharEnumField(BenchStatus, max_length=12, default=BenchStatus.SET)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "mending_days_bench"
        indexes = (("day_id", "id"), ("craftsman_id", "status"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.SERVE:
            user_id = self.craftsman.user_id
            return user_id is not None and user_id == actor.user_id
        return who == P.ANNOUNCE and actor.may(P.ANNOUNCE, self.day.area_path)
