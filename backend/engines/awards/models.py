"""Awards, and the row by which a person's awards wait for each other."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.awards.permissions import P
from backend.engines.awards.states import AwardStatus

__all__ = ["Award", "AwardStatus", "Earner"]


class Award(Row):
    """Points for one deed, under the key of the deed. What was refused is kept too."""

    key = CodeField(max_length=100, unique=True)
    user_id = fields.BigIntField(null=True)
    """Null once the person has left, as `partner_id` is."""
    partner_id = fields.BigIntField(null=True)
    kind = CodeField(max_length=40)
    title = fields.CharField(max_length=100)
    asked = fields.IntField()
    amount = fields.IntField()
    """What the limits let through."""
    why = CodeField(max_length=80, default="")
    """Words of rules.Why, comma separated."""
    status = fields.CharEnumField(AwardStatus, max_length=10)
    version = fields.IntField(default=1)
    community_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    expires_at = UtcDatetimeField(null=True)
    """When what was granted ends."""
    created_at = UtcDatetimeField()
    ruled_by = fields.BigIntField(null=True)
    ruled_at = UtcDatetimeField(null=True)
    grounds = fields.CharField(max_length=200, default="")
    owed = fields.IntField(default=0)
    """Of what was taken back, what the person had spent already."""

    class Meta:
        table = "awards_award"
        indexes = (
            ("user_id", "created_at"),
            ("partner_id", "created_at"),
            ("area_path", "id"),
            ("status", "id"),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        """Nobody rules what is about themselves."""
        if actor.is_system:
            return True
        if actor.user_id in (self.user_id, self.partner_id):
            return False
        return who in (P.RULE, P.OVERSEE) and actor.may(who, self.area_path)


class Earner(Row):
    """Whose awards are being counted waits here; number 0 is for all that have a partner."""

    user_id = fields.BigIntField(unique=True)
    counted = fields.IntField(default=0)

    class Meta:
        table = "awards_earner"
