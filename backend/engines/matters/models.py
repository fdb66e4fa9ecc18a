"""Matters, the demands they come from, and the milestones of what was decided."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.matters.permissions import P
from backend.engines.matters.states import MatterStatus

__all__ = ["Matter", "MatterOrigin", "MatterStatus", "Milestone"]


class Matter(Row):
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    title = fields.CharField(max_length=60)
    text = fields.TextField()
    sections: list[dict[str, str]] = fields.JSONField()
    """`{key, title, summary}`: what opinions are asked on, and what they came to."""
    options: list[dict[str, str]] = fields.JSONField(default=list)
    """`{key, text}`: what can be chosen from."""
    file_ids: list[int] = fields.JSONField(default=list)
    status = fields.CharEnumField(MatterStatus, max_length=12, default=MatterStatus.DRAFT)
    version = fields.IntField(default=1)
    opinions_until = UtcDatetimeField()
    """What is said at this moment or later comes too late."""
    voting_id = fields.BigIntField(null=True)
    decision = fields.CharField(max_length=500, default="")
    code_id = fields.BigIntField(null=True, unique=True)
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField()
    published_at = UtcDatetimeField(null=True)
    decided_at = UtcDatetimeField(null=True)
    done_at = UtcDatetimeField(null=True)

    class Meta:
        table = "matters_matter"
        indexes = (("area_path", "id"), ("status", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who == P.KEEP and actor.may(who, self.area_path))

    @property
    def subject(self) -> str:
        """How votes call it."""
        return f"matter:{self.id}"


class MatterOrigin(Row):
    """A demand that the matter comes from: several of one kind are a matter."""

    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField(
        "app.Matter", related_name="origins", on_delete=fields.CASCADE
    )
    matter_id: int
    order_id = fields.BigIntField()

    class Meta:
        table = "matters_origin"
        unique_together = (("matter_id", "order_id"),)
        indexes = (("order_id",),)


class Milestone(Row):
    """A step of the execution, or (`is_follow_up`) a look at it afterwards."""

    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField(
        "app.Matter", related_name="milestones", on_delete=fields.CASCADE
    )
    matter_id: int
    title = fields.CharField(max_length=60)
    due_on = fields.DateField(null=True)
    is_follow_up = fields.BooleanField(default=False)
    note = fields.CharField(max_length=500, default="")
    file_ids: list[int] = fields.JSONField(default=list)
    done_at = UtcDatetimeField(null=True)
    done_by = fields.BigIntField(null=True)

    class Meta:
        table = "matters_milestone"
        indexes = (("matter_id", "id"),)
