"""Passes with their terms, and invitations. Plates are sealed as vehicles seal theirs."""

from datetime import datetime

from tortoise import fields

from backend.core import sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.lots.models import Lot, Space
from backend.engines.passes.permissions import P
from backend.engines.passes.states import PassStatus, TermStatus, VisitStatus
from backend.engines.vehicles import queries as vehicles

__all__ = ["Pass", "PassStatus", "Term", "TermStatus", "Visit", "VisitStatus"]


class Pass(Row):
    """A plate may come and go until `valid_until`. Read with `lot__area`."""

    lot: fields.ForeignKeyRelation[Lot] = fields.ForeignKeyField(
        "app.Lot", related_name="passes", on_delete=fields.RESTRICT
    )
    lot_id: int
    space: fields.ForeignKeyNullableRelation[Space] = fields.ForeignKeyField(
        "app.Space", related_name="passes", on_delete=fields.RESTRICT, null=True
    )
    space_id: int | None
    owner_id = fields.BigIntField()
    """0 once the person has left."""
    vehicle_id = fields.BigIntField(db_index=True)
    seal = CodeField(max_length=32)
    plate = CodeField(max_length=200)
    plate_index = CodeField(max_length=64)
    status = fields.CharEnumField(PassStatus, max_length=12, default=PassStatus.PENDING)
    version = fields.IntField(default=1)
    is_live = fields.BooleanField(null=True)
    """True while it holds plate and space, else null: one pass per plate, one per space."""
    valid_from: datetime | None = UtcDatetimeField(null=True)
    valid_until: datetime | None = UtcDatetimeField(null=True)
    """Midnights of Shanghai; the second is no longer covered."""
    reminded = fields.SmallIntField(default=0)
    created_at = UtcDatetimeField()

    class Meta:
        table = "passes_pass"
        unique_together = (("lot_id", "plate_index", "is_live"), ("space_id", "is_live"))
        indexes = (("owner_id", "id"), ("status", "valid_until"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.OWN:
            return bool(self.owner_id == actor.user_id)
        return who == P.END and actor.may(who, self.lot.area.path or "")


class Term(Row):
    """Some months of a pass, bought at once; its days are fixed when the money comes."""

    of: fields.ForeignKeyRelation[Pass] = fields.ForeignKeyField(
        "app.Pass", related_name="terms", on_delete=fields.RESTRICT
    )
    of_id: int
    months = fields.SmallIntField()
    amount = fields.IntField()
    payment_id = fields.BigIntField(null=True, db_index=True)
    status = fields.CharEnumField(TermStatus, max_length=8, default=TermStatus.UNPAID)
    version = fields.IntField(default=1)
    is_open = fields.BooleanField(null=True)
    """True while unpaid, else null: a pass has one term to pay at a time."""
    begins_at = UtcDatetimeField(null=True)
    ends_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "passes_term"
        unique_together = (("of_id", "is_open"),)

    def may(self, actor: Actor, who: Permission) -> bool:  # noqa: ARG002 - the house's alone
        return actor.is_system


class Visit(Row):
    """An invitation: one car, once in, between two moments. Read with `lot__area`."""

    lot: fields.ForeignKeyRelation[Lot] = fields.ForeignKeyField(
        "app.Lot", related_name="visits", on_delete=fields.RESTRICT
    )
    lot_id: int
    issuer_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    slot = CodeField(max_length=48, null=True, unique=True)
    """`dwelling:month:n`: of two at once only one is a month's n-th."""
    code_digest = CodeField(max_length=64, unique=True)
    code = CodeField(max_length=200)
    """Sealed: whoever issued it may look at it again."""
    seal = CodeField(max_length=32)
    plate = CodeField(max_length=200, null=True)
    """Null until the visitor says it."""
    plate_index = CodeField(max_length=64, null=True)
    remark = fields.CharField(max_length=20, default="")
    valid_from = UtcDatetimeField()
    valid_until = UtcDatetimeField()
    status = fields.CharEnumField(VisitStatus, max_length=12, default=VisitStatus.ISSUED)
    version = fields.IntField(default=1)
    used_by = CodeField(max_length=40, null=True)
    """The key of the stay that it let in."""
    created_at = UtcDatetimeField()

    class Meta:
        table = "passes_visit"
        indexes = (("issuer_id", "id"), ("lot_id", "plate_index", "valid_until"))

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who == P.OWN and self.issuer_id == actor.user_id)


VISIT_CODE = "visit.code"
for _model in (Pass, Visit):
    sealing.column(_model, "plate", field=vehicles.FIELD, row="seal", index="plate_index")
sealing.column(Visit, "code", field=VISIT_CODE, row="seal")
