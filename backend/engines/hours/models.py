"""Service hours, their corrections, and certificates."""

from datetime import datetime

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.hours.permissions import P
from backend.engines.hours.states import HourStatus

__all__ = ["Certificate", "HourChange", "HourStatus", "ServiceHour"]


class ServiceHour(Row):
    """What somebody did on a day, and how many minutes of it count."""

    key = CodeField(max_length=60, unique=True)
    """What it follows from, `booking:17`: proposed once."""
    user_id = fields.BigIntField(null=True)
    """Null once the person has left."""
    owner_kind = CodeField(max_length=24)
    owner_id = fields.BigIntField()
    title = fields.CharField(max_length=60)
    area_path = CodeField(max_length=200)
    served_on = fields.DateField()
    proposed = fields.SmallIntField()
    """Minutes, by the clock of coming and going."""
    minutes = fields.SmallIntField()
    note = fields.CharField(max_length=60, default="")
    """What the host should look at: no check-out."""
    status = fields.CharEnumField(HourStatus, max_length=12, default=HourStatus.PROPOSED)
    version = fields.IntField(default=1)
    changes = fields.SmallIntField(default=0)
    reason = fields.CharField(max_length=100, default="")
    """Why it is not what was proposed, or not at all."""
    created_at = UtcDatetimeField()
    confirmed_at: datetime | None = UtcDatetimeField(null=True)

    is_hosted = False
    """Whether the actor at hand held it; the room above says so."""

    class Meta:
        table = "hours_hour"
        indexes = (
            ("user_id", "status", "served_on"),
            ("owner_kind", "owner_id", "status", "id"),
            ("area_path", "id"),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        is_own = self.user_id is not None and self.user_id == actor.user_id
        if actor.is_system:
            return True
        return is_own if who == P.SERVE else self.is_hosted and not is_own


class HourChange(Row):
    """That minutes were changed, by whom and on what grounds; never changed itself."""

    hour: fields.ForeignKeyRelation[ServiceHour] = fields.ForeignKeyField(
        "app.ServiceHour", related_name="history", on_delete=fields.CASCADE
    )
    hour_id: int
    before = fields.SmallIntField()
    after = fields.SmallIntField()
    reason = fields.CharField(max_length=100)
    made_by = fields.BigIntField()
    made_at = UtcDatetimeField()

    class Meta:
        table = "hours_change"
        indexes = (("hour_id", "id"),)


class Certificate(Row):
    """A person's confirmed minutes of a time, as they were on the day of issue. On paper there is
    a name; here is only its blind index, to say whether a name on paper is the right one."""

    number = CodeField(max_length=20, unique=True)
    user_id = fields.BigIntField()
    name_index = CodeField(max_length=64)
    since = fields.DateField()
    until = fields.DateField()
    minutes = fields.IntField()
    services = fields.IntField()
    issued_at = UtcDatetimeField()

    class Meta:
        table = "hours_certificate"
        indexes = (("user_id", "id"),)
