"""Coupons, and the pieces of them that people hold."""

from collections.abc import Collection

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.coupons.permissions import P
from backend.engines.coupons.states import CouponStatus, VoucherStatus

__all__ = ["Coupon", "CouponStatus", "Voucher", "VoucherStatus"]


class Coupon(Row):
    """`issued` ≤ `total` and `spent` ≤ `budget` at every moment. Fen."""

    name = fields.CharField(max_length=30)
    shop_id = fields.BigIntField(null=True)
    """Good in this shop only, and the shop pays; null: in every shop of the area."""
    area_path = CodeField(max_length=200)
    account = CodeField(max_length=60, default="")
    """The ledger account that pays, `subsidy:…`; empty when the shop takes less."""
    face = fields.IntField()
    minimum = fields.IntField()
    total = fields.IntField()
    issued = fields.IntField(default=0)
    per_person = fields.SmallIntField()
    budget = fields.IntField()
    spent = fields.IntField(default=0)
    starts_at = UtcDatetimeField()
    ends_at = UtcDatetimeField()
    status = fields.CharEnumField(CouponStatus, max_length=8, default=CouponStatus.RUNNING)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField()

    staff: Collection[int] = ()
    """Who runs the shop; loaded by the service."""

    class Meta:
        table = "coupons_coupon"
        indexes = (("shop_id", "status"), ("area_path", "status"))

    def may(self, actor: Actor, who: Permission) -> bool:
        """A shop's coupon is its staff's, a public one its funders'."""
        if actor.is_system:
            return True
        if self.shop_id is None:
            return actor.may(P.FUND, self.area_path)
        return who == P.OFFER and actor.user_id in self.staff


class Voucher(Row):
    """One piece of a coupon in somebody's hands; `number` counts a person's pieces from 1."""

    coupon: fields.ForeignKeyRelation[Coupon] = fields.ForeignKeyField(
        "app.Coupon", related_name="vouchers", on_delete=fields.RESTRICT
    )
    coupon_id: int
    user_id = fields.BigIntField(null=True)
    number = fields.SmallIntField()
    status = fields.CharEnumField(VoucherStatus, max_length=8, default=VoucherStatus.UNUSED)
    version = fields.IntField(default=1)
    amount = fields.IntField(default=0)
    """What it took off the purchase it is used for, fen."""
    claimed_at = UtcDatetimeField()
    used_at = UtcDatetimeField(null=True)

    class Meta:
        table = "coupons_voucher"
        unique_together = (("coupon_id", "user_id", "number"),)
        indexes = (("user_id", "status"),)

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who == P.CLAIM and actor.user_id == self.user_id)
