"""Pledges, their steps, and what residents say of those."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.features.pledges.permissions import P
from backend.features.pledges.rules import Kind
from backend.features.pledges.states import PledgeStatus, StepStatus

__all__ = ["Kind", "Pledge", "PledgeStatus", "PledgeStep", "PledgeVoice", "StepStatus"]


class Pledge(Row):
    """What a unit or a member promises a community."""

    kind = fields.CharEnumField(Kind, max_length=8)
    title = fields.CharField(max_length=60)
    text = fields.CharField(max_length=500)
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    unit_id = fields.BigIntField(null=True)
    user_id = fields.BigIntField(null=True)
    """Who made it; null once they have left, and where staff wrote down a unit's word."""
    party = fields.CharField(max_length=40, default="")
    """Whose word it is, where it is no unit of ours and no account."""
    wanted = fields.SmallIntField()
    """Residents who must confirm each step."""
    status = fields.CharEnumField(PledgeStatus, max_length=12, default=PledgeStatus.PROPOSED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=100, default="")
    is_hidden = fields.BooleanField(default=False)
    """Moderation found its words risky: only its maker and staff read them."""
    created_at = UtcDatetimeField()
    published_at = UtcDatetimeField(null=True)
    kept_at = UtcDatetimeField(null=True)

    class Meta:
        table = "pledges_pledge"
        indexes = (("area_path", "status", "id"), ("user_id", "id"), ("unit_id",))

    def is_by(self, actor: Actor) -> bool:
        is_own = self.user_id is not None and self.user_id == actor.user_id
        return is_own or any(post.unit_id == self.unit_id for post in actor.posts if post.unit_id)

    def may(self, actor: Actor, who: Permission) -> bool:
        """Whoever runs pledges keeps a unit's word that they wrote down; nobody reviews their
        own."""
        if actor.is_system:
            return True
        runs = actor.may(P.RUN, self.area_path)
        if who == P.PLEDGE:
            return self.is_by(actor) or (runs and self.user_id is None and self.unit_id is None)
        return who == P.RUN and runs and not self.is_by(actor)


class PledgeStep(Row):
    """A step of a pledge, with what shows that it was done."""

    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "app.Pledge", related_name="steps", on_delete=fields.CASCADE
    )
    pledge_id: int
    title = fields.CharField(max_length=60)
    due_on = fields.DateField()
    status = fields.CharEnumField(StepStatus, max_length=12, default=StepStatus.PLANNED)
    version = fields.IntField(default=1)
    proof = fields.CharField(max_length=300, default="")
    file_ids: list[int] = fields.JSONField(default=list)
    is_hidden = fields.BooleanField(default=False)
    reason = fields.CharField(max_length=100, default="")
    yes = fields.IntField(default=0)
    no = fields.IntField(default=0)
    said_at = UtcDatetimeField(null=True)
    confirmed_at = UtcDatetimeField(null=True)

    class Meta:
        table = "pledges_step"
        indexes = (("pledge_id", "id"),)

    def may(self, actor: Actor, who: Permission) -> bool:
        return self.pledge.may(actor, who)


class PledgeVoice(Row):
    """What a resident says of a step: once each."""

    step: fields.ForeignKeyRelation[PledgeStep] = fields.ForeignKeyField(
        "app.PledgeStep", related_name="voices", on_delete=fields.CASCADE
    )
    step_id: int
    user_id = fields.BigIntField(null=True)
    """Null once the person has left: the count stays."""
    is_kept = fields.BooleanField()
    text = fields.CharField(max_length=200, default="")
    is_hidden = fields.BooleanField(default=False)
    said_at = UtcDatetimeField()

    class Meta:
        table = "pledges_voice"
        unique_together = (("step_id", "user_id"),)
        indexes = (("user_id",),)
