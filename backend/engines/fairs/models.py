"""Fairs."""

from datetime import datetime
from typing import Any

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.fairs.permissions import P
from backend.engines.fairs.states import FairStatus

__all__ = ["Fair", "FairStatus"]


class Fair(Row):
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    """The community that holds it."""
    title = fields.CharField(max_length=40)
    theme = fields.CharField(max_length=300, default="")
    needs = fields.CharField(max_length=500, default="")
    """What the survey of needs came to, in the organiser's words."""
    place = fields.CharField(max_length=100, default="")
    starts_at: datetime | None = UtcDatetimeField(null=True)
    ends_at: datetime | None = UtcDatetimeField(null=True)
    map_columns = fields.SmallIntField(default=4)
    map_rows = fields.SmallIntField(default=4)
    exchange_rules = fields.CharField(max_length=500, default="")
    status = fields.CharEnumField(FairStatus, max_length=12, default=FairStatus.DRAFT)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=200, default="")
    """Why it was returned or cancelled."""
    emergency = fields.CharField(max_length=200, default="")
    """The grounds on which it was announced later than seven days ahead; empty otherwise."""
    needs_survey_id = fields.BigIntField(null=True)
    satisfaction_survey_id = fields.BigIntField(null=True)
    code_id = fields.BigIntField(null=True, unique=True)
    created_by = fields.BigIntField(null=True)
    created_at = UtcDatetimeField()
    decided_by = fields.BigIntField(null=True)
    previewed_at: datetime | None = UtcDatetimeField(null=True)
    opened_at: datetime | None = UtcDatetimeField(null=True)
    closed_at: datetime | None = UtcDatetimeField(null=True)
    reviewed_at: datetime | None = UtcDatetimeField(null=True)
    summary = fields.CharField(max_length=1000, default="")
    figures: list[dict[str, Any]] = fields.JSONField(default=list)
    """`[{key, name, value}]` as they were when the review was published."""
    visitors = fields.IntField(default=0)
    """Of the review: how many checked in."""

    class Meta:
        table = "fairs_fair"
        indexes = (("area_path", "id"), ("status", "starts_at"), ("status", "ends_at"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        # Whoever planned it does not decide about it.
        is_own = who == P.REVIEW and self.created_by == actor.user_id
        return not is_own and actor.may(who, self.area_path)
