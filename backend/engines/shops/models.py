"""Shops with their licences, their staff and the invitations to it."""

from collections.abc import Mapping
from typing import Any

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.shops.permissions import P
from backend.engines.shops.rules import LicenceKind, Reach, ShopKind, StaffRole
from backend.engines.shops.states import ShopStatus

__all__ = ["Invitation", "Licence", "Shop", "ShopKind", "ShopStatus", "Staff", "StaffRole"]


class Shop(Row):
    """A shop and its shop window; name, place and telephone are those of the firm, public."""

    name = fields.CharField(max_length=40)
    kind = fields.CharEnumField(ShopKind, max_length=12)
    status = fields.CharEnumField(ShopStatus, max_length=12)
    version = fields.IntField(default=1)
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    """Where it is; its community and those above review it."""
    place = fields.CharField(max_length=100)
    latitude = fields.IntField(null=True)
    longitude = fields.IntField(null=True)
    """1e-6 degrees, GCJ-02."""
    reach = fields.CharEnumField(Reach, max_length=12)
    serves_path = CodeField(max_length=200)
    """The area whose people it serves."""
    phone = CodeField(max_length=20)
    about = fields.CharField(max_length=500, default="")
    notice = fields.CharField(max_length=100, default="")
    picture_id = fields.BigIntField(null=True)

    hours: dict[str, Any] = fields.JSONField(default=dict)
    """`{week: [[[start, end], …] × 7], exceptions: {date: […]}}`, see rules.Hours."""
    closed_until = UtcDatetimeField(null=True)
    closed_note = fields.CharField(max_length=60, default="")
    accept_minutes = fields.SmallIntField(default=15)
    """Whoever is paid and not heard for so long gets the money back."""
    delivers = fields.BooleanField(default=False)
    delivery_fee = fields.IntField(default=0)
    delivery_minimum = fields.IntField(default=0)
    """Fen."""

    licensed_until = fields.DateField(null=True)
    """The last day on which all licences it needs are good; null when one is missing."""
    payee_id = fields.BigIntField(null=True)
    """Set on approval: whom the money goes to."""
    reason = fields.CharField(max_length=200, default="")
    """Why it was refused or suspended."""
    stars_sum = fields.IntField(default=0)
    stars_count = fields.IntField(default=0)
    sold = fields.IntField(default=0)
    """Purchases that were done."""
    applied_by = fields.BigIntField(null=True)
    created_at = UtcDatetimeField()
    decided_by = fields.BigIntField(null=True)
    decided_at = UtcDatetimeField(null=True)

    staff: Mapping[int, StaffRole] = {}
    """Loaded by the service beside the row."""

    class Meta:
        table = "shops_shop"
        indexes = (("status", "serves_path"), ("status", "area_path"), ("status", "licensed_until"))

    def may(self, actor: Actor, who: Permission) -> bool:
        role = self.staff.get(actor.user_id)
        if actor.is_system:
            return True
        if who == P.REVIEW:
            # Whoever has a share in the shop does not decide about it.
            return role is None and actor.may(P.REVIEW, self.area_path)
        return role is not None and (who == P.RUN or role is StaffRole.OWNER)


class Licence(Row):
    """A paper that allows a shop its trade. It counts once the community has seen it."""

    shop: fields.ForeignKeyRelation[Shop] = fields.ForeignKeyField(
        "app.Shop", related_name="licences", on_delete=fields.CASCADE
    )
    shop_id: int
    kind = fields.CharEnumField(LicenceKind, max_length=12)
    number = CodeField(max_length=40)
    expires_on = fields.DateField()
    file_id = fields.BigIntField()
    sent_at = UtcDatetimeField()
    confirmed_at = UtcDatetimeField(null=True)
    refused_at = UtcDatetimeField(null=True)
    decided_by = fields.BigIntField(null=True)
    reminded = fields.SmallIntField(null=True)
    """The last reminder that went out: 30, 7 or 1 days before."""

    class Meta:
        table = "shops_licence"
        indexes = (("expires_on",),)


class Staff(Row):
    """Somebody who runs a shop."""

    shop: fields.ForeignKeyRelation[Shop] = fields.ForeignKeyField(
        "app.Shop", related_name="people", on_delete=fields.CASCADE
    )
    shop_id: int
    user_id = fields.BigIntField()
    role = fields.CharEnumField(StaffRole, max_length=8)
    since = UtcDatetimeField()

    class Meta:
        table = "shops_staff"
        unique_together = (("shop_id", "user_id"),)
        indexes = (("user_id",),)


class Invitation(Row):
    """A word by which one person may join the staff of a shop; of it only a digest is kept."""

    shop: fields.ForeignKeyRelation[Shop] = fields.ForeignKeyField(
        "app.Shop", related_name="invitations", on_delete=fields.CASCADE
    )
    shop_id: int
    digest = CodeField(max_length=64, unique=True)
    role = fields.CharEnumField(StaffRole, max_length=8)
    expires_at = UtcDatetimeField()
    used_at = UtcDatetimeField(null=True)

    class Meta:
        table = "shops_invitation"
        indexes = (("expires_at",),)
