"""Who has reported in, what the community asks of them, who took it."""

from datetime import datetime

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.features.report_ins.permissions import P
from backend.features.report_ins.rules import Kind
from backend.features.report_ins.states import ClaimStatus, ReportStatus, TaskStatus

__all__ = ["ClaimStatus", "Kind", "ReportIn", "ReportStatus", "ReportTask", "TaskClaim"]


class ReportIn(Row):
    """That a party member or a unit has reported to a community. Only its staff see it."""

    kind = fields.CharEnumField(Kind, max_length=8)
    user_id = fields.BigIntField(null=True)
    """The member, or who reported for the unit; null once they have left."""
    unit_id = fields.BigIntField(null=True)
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`u17` or `d3:area` while asked or confirmed: a member has one community, a unit each once."""
    workplace = fields.CharField(max_length=60, default="")
    strengths = fields.CharField(max_length=200, default="")
    status = fields.CharEnumField(ReportStatus, max_length=12, default=ReportStatus.ASKED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=100, default="")
    asked_at = UtcDatetimeField()
    decided_at = UtcDatetimeField(null=True)

    class Meta:
        table = "report_ins_report"
        indexes = (("area_path", "status", "id"), ("user_id", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        is_own = self.user_id is not None and self.user_id == actor.user_id
        if who == P.JOIN:
            return is_own
        return actor.may(who, self.area_path) and not is_own


class ReportTask(Row):
    """Something the community asks of those who have reported in."""

    title = fields.CharField(max_length=60)
    text = fields.CharField(max_length=500)
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    minutes = fields.SmallIntField()
    """Of service that doing it counts for."""
    wanted = fields.SmallIntField()
    taken = fields.SmallIntField(default=0)
    """Never more than `wanted`."""
    due_at: datetime = UtcDatetimeField()
    status = fields.CharEnumField(TaskStatus, max_length=12, default=TaskStatus.OPEN)
    version = fields.IntField(default=1)
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField()

    class Meta:
        table = "report_ins_task"
        indexes = (("area_path", "status", "id"), ("status", "due_at"))

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.may(who, self.area_path)


class TaskClaim(Row):
    """That somebody took a task."""

    task: fields.ForeignKeyRelation[ReportTask] = fields.ForeignKeyField(
        "app.ReportTask", related_name="claims", on_delete=fields.RESTRICT
    )
    task_id: int
    report: fields.ForeignKeyRelation[ReportIn] = fields.ForeignKeyField(
        "app.ReportIn", related_name="claims", on_delete=fields.RESTRICT
    )
    report_id: int
    user_id = fields.BigIntField(null=True)
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`task:report` until it is given up."""
    status = fields.CharEnumField(ClaimStatus, max_length=12, default=ClaimStatus.TAKEN)
    version = fields.IntField(default=1)
    proof = fields.CharField(max_length=300, default="")
    file_ids: list[int] = fields.JSONField(default=list)
    reason = fields.CharField(max_length=100, default="")
    taken_at = UtcDatetimeField()
    said_at = UtcDatetimeField(null=True)
    confirmed_at = UtcDatetimeField(null=True)

    class Meta:
        table = "report_ins_claim"
        indexes = (("task_id", "status", "id"), ("user_id", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        is_own = self.user_id is not None and self.user_id == actor.user_id
        if actor.is_system:
            return True
        if who == P.JOIN:
            return is_own
        return actor.may(who, self.task.area_path) and not is_own
