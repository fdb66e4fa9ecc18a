"""Places, goods, how many of which lie where, and every change of that."""

from collections.abc import Collection

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.shelves.permissions import P
from backend.engines.shelves.rules import Cause, GoodKind, Span

__all__ = ["ShelfGood", "ShelfMovement", "ShelfPlace", "ShelfStock", "ShelfTaking"]


class ShelfPlace(Row):
    """Where things are handed over: a community's counter, or a shop that takes part."""

    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    name = fields.CharField(max_length=40)
    address = fields.CharField(max_length=100)
    hours = fields.CharField(max_length=60)
    shop_id = fields.BigIntField(null=True)
    """Its staff hand over too, and it gets the points."""
    is_on = fields.BooleanField(default=True)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField()

    sellers: Collection[int] = ()
    """The shop's staff; loaded beside the row."""

    class Meta:
        table = "shelves_place"
        indexes = (("area_path", "id"), ("shop_id",))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        is_seller = who == P.SERVE and actor.user_id in self.sellers
        return is_seller or actor.may(who, self.area_path)

    def is_served_by(self, actor: Actor) -> bool:
        """Whether the actor hands things over here."""
        return self.may(actor, P.SERVE)


class ShelfGood(Row):
    """Something for points, offered to those who live in its area."""

    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    name = fields.CharField(max_length=40)
    about = fields.CharField(max_length=500, default="")
    kind = fields.CharEnumField(GoodKind, max_length=8)
    price = fields.IntField()
    """Points for one."""
    per_person = fields.SmallIntField(null=True)
    """So many a person and span; null without limit."""
    span = fields.CharEnumField(Span, max_length=6)
    pickup_days = fields.SmallIntField()
    """For so long it is kept for whoever redeemed it."""
    picture_ids: list[int] = fields.JSONField(default=list)
    is_on = fields.BooleanField(default=True)
    sort = fields.IntField(default=0)
    redeemed = fields.IntField(default=0)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField()

    class Meta:
        table = "shelves_good"
        indexes = (("area_path", "is_on", "sort"),)

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or actor.may(who, self.area_path)


class ShelfStock(Row):
    """`amount` can be redeemed, `promised` waits for who did: both lie on the shelf."""

    good_id = fields.BigIntField()
    place_id = fields.BigIntField()
    amount = fields.IntField(default=0)
    promised = fields.IntField(default=0)

    class Meta:
        table = "shelves_stock"
        unique_together = (("good_id", "place_id"),)
        indexes = (("place_id",),)


class ShelfMovement(Row):
    """A change of `amount`, never changed itself: together they are the stock."""

    good_id = fields.BigIntField()
    place_id = fields.BigIntField()
    delta = fields.IntField()
    cause = fields.CharEnumField(Cause, max_length=8)
    note = fields.CharField(max_length=200, default="")
    by = fields.BigIntField()
    """Staff; 0 for what residents redeemed."""
    at = UtcDatetimeField()

    class Meta:
        table = "shelves_movement"
        indexes = (("good_id", "place_id", "id"),)


class ShelfTaking(Row):
    """How many of a limited good one person redeemed in a span; what came back does not count."""

    good_id = fields.BigIntField()
    user_id = fields.BigIntField()
    span_key = CodeField(max_length=10)
    taken = fields.IntField(default=0)

    class Meta:
        table = "shelves_taking"
        unique_together = (("good_id", "user_id", "span_key"),)
        indexes = (("user_id",),)
