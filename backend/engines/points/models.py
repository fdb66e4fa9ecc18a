"""Lots of points with their own ends, what is set aside, transfers, policies, proofs.

How many points an account has is the ledger's to say; the lots say of which they are made.
"""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.points.rules import Direction
from backend.engines.points.states import HoldStatus

__all__ = [
    "HoldStatus",
    "PointHold",
    "PointHoldPart",
    "PointLot",
    "PointPolicy",
    "PointProof",
    "PointTransfer",
]


class PointLot(Row):
    """Points of an account that came from one community and end at one moment."""

    account = CodeField(max_length=80)
    community_id = fields.BigIntField()
    expires_at = UtcDatetimeField()
    amount = fields.IntField(default=0)
    """What is left of it."""
    ended = fields.IntField(default=0)
    """How many points of it ended: what is given back to it later ends anew."""
    warned_at = UtcDatetimeField(null=True)

    class Meta:
        table = "points_lot"
        unique_together = (("account", "expires_at", "community_id"),)
        indexes = (("expires_at", "amount"),)


class PointHold(Row):
    """Points of a person that are set aside until they are spent or given back."""

    key = CodeField(max_length=100, unique=True)
    user_id = fields.BigIntField(null=True)
    """Null once the person has left."""
    account = CodeField(max_length=80)
    """Where they wait."""
    amount = fields.IntField()
    title = fields.CharField(max_length=100)
    status = fields.CharEnumField(HoldStatus, max_length=10, default=HoldStatus.RESERVED)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField()
    ended_at = UtcDatetimeField(null=True)

    class Meta:
        table = "points_hold"
        indexes = (("user_id", "status"), ("account", "status"))

    def may(self, actor: Actor, who: Permission) -> bool:  # noqa: ARG002 - rooms above decide
        return actor.is_system


class PointHoldPart(Row):
    """Of which lots a hold is made: what is given back ends when it would have ended."""

    hold_id = fields.BigIntField()
    community_id = fields.BigIntField()
    expires_at = UtcDatetimeField()
    amount = fields.IntField()

    class Meta:
        table = "points_hold_part"
        indexes = (("hold_id",),)


class PointTransfer(Row):
    """Points that somebody moved within the family. Never changed."""

    dwelling_id = fields.BigIntField()
    tenure = fields.IntField()
    direction = fields.CharEnumField(Direction, max_length=8)
    user_id = fields.BigIntField(null=True)
    """Who did it; null once they have left, as `to_user_id` is."""
    to_user_id = fields.BigIntField(null=True)
    amount = fields.IntField()
    at = UtcDatetimeField()

    class Meta:
        table = "points_transfer"
        indexes = (("user_id", "at"), ("to_user_id",), ("dwelling_id", "tenure", "id"))


class PointPolicy(Row):
    """The terms of an area; where it has none those of the area above it hold."""

    area_id = fields.BigIntField(unique=True)
    area_path = CodeField(max_length=200, unique=True)
    valid_months = fields.SmallIntField()
    earn_daily = fields.IntField()
    partner_monthly = fields.IntField()
    transfer_daily = fields.IntField()
    version = fields.IntField(default=1)
    updated_at = UtcDatetimeField()

    class Meta:
        table = "points_policy"


class PointProof(Row):
    """That the books of points were looked at on a day, and what was found."""

    day = CodeField(max_length=10, unique=True)
    at = UtcDatetimeField()
    accounts = fields.IntField()
    entries = fields.BigIntField()
    in_hands = fields.BigIntField()
    """Points that people, families, shops, pools and holds have: as many as were issued."""
    faults: list[str] = fields.JSONField(default=list)

    class Meta:
        table = "points_proof"
