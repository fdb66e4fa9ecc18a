"""What somebody redeemed, with its sealed code."""

import secrets

from tortoise import fields

from backend.core import pickups, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.shelves.models import ShelfPlace
from backend.features.mall.permissions import P
from backend.features.mall.states import RedemptionStatus

__all__ = ["CODE", "Redemption", "RedemptionStatus", "new_seal"]

CODE = "mall.code"
"""What the pick-up code is sealed as."""


class Redemption(Row):
    """So many of one good at one place, as it was called and priced then. Points."""

    good_id = fields.BigIntField()
    place_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    user_id = fields.BigIntField(null=True)
    """Null once the person has left."""
    name = fields.CharField(max_length=40)
    quantity = fields.SmallIntField()
    points = fields.IntField()
    """In all. They are reserved under `key` until it ends."""
    span_key = CodeField(max_length=10, null=True)
    """By which span it counts for the person's limit; null without one."""
    status = fields.CharEnumField(RedemptionStatus, max_length=10, default=RedemptionStatus.WAITING)
    version = fields.IntField(default=1)
    seal = CodeField(max_length=32)
    code = CodeField(max_length=200, null=True)
    """Sealed; null once it is over."""
    code_index = CodeField(max_length=64)
    """Stays, so that a second scan is told what happened."""
    created_at = UtcDatetimeField()
    due_at = UtcDatetimeField()
    warned_at = UtcDatetimeField(null=True)
    ended_at = UtcDatetimeField(null=True)
    served_by = fields.BigIntField(null=True)
    reason = fields.CharField(max_length=200, default="")

    place: ShelfPlace | None = None
    """Loaded beside the row."""

    class Meta:
        table = "mall_redemption"
        indexes = (
            ("user_id", "id"),
            ("place_id", "status", "id"),
            ("place_id", "code_index"),
            ("status", "due_at"),
            ("area_path", "id"),
        )

    @property
    def key(self) -> str:
        """Under which its points are reserved."""
        return f"mall:{self.id}"

    @property
    def at(self) -> tuple[int, int]:
        return self.good_id, self.place_id

    def may(self, actor: Actor, who: Permission) -> bool:
        """Nobody hands over to themselves."""
        if actor.is_system:
            return True
        is_mine = self.user_id is not None and self.user_id == actor.user_id
        if who == P.REDEEM:
            return is_mine
        serves = self.place is not None and self.place.is_served_by(actor)
        return who == P.SERVE and serves and not is_mine

    def open_code(self) -> str | None:
        return self.code and pickups.opened(self.code, field=CODE, row=self.seal)


def new_seal() -> str:
    """What a redemption's code is bound to."""
    return secrets.token_hex(16)


sealing.column(Redemption, "code", field=CODE, row="seal", index="code_index")
