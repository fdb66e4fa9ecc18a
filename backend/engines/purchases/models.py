"""Purchases with their lines, and the history of what happened to them."""

import secrets
from collections.abc import Collection, Sequence

from tortoise import fields

from backend.core import crypto, pickups, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.purchases.permissions import P
from backend.engines.purchases.rules import Delivery, Kind
from backend.engines.purchases.states import PurchaseStatus

__all__ = ["Delivery", "Kind", "Purchase", "PurchaseEvent", "PurchaseLine", "PurchaseStatus"]

CODE = "purchase.code"
"""What the pick-up code is sealed as."""


class Purchase(Row):
    """One purchase at one shop. Fen. Its number is made of its id and day."""

    kind = fields.CharEnumField(Kind, max_length=8)
    shop_id = fields.BigIntField()
    shop_name = fields.CharField(max_length=40)
    area_path = CodeField(max_length=200)
    buyer_id = fields.BigIntField(null=True)
    """Null once the person has left: the books stay, nameless."""
    status = fields.CharEnumField(PurchaseStatus, max_length=12)
    version = fields.IntField(default=1)
    delivery = fields.CharEnumField(Delivery, max_length=8)
    seal = CodeField(max_length=32)
    """Random: what the sealed columns are bound to."""
    address = CodeField(max_length=900, null=True)
    """Sealed `{name, phone, place}`."""
    note = CodeField(max_length=900, null=True)
    """Sealed: what the buyer wants the shop to know."""
    code = CodeField(max_length=200, null=True)
    """Sealed pick-up code; null before it is paid and after it was used."""
    code_index = CodeField(max_length=64, null=True)

    total = fields.IntField()
    reduction = fields.IntField(default=0)
    reduction_title = fields.CharField(max_length=60, default="")
    reduction_account = CodeField(max_length=60, default="")
    voucher_id = fields.BigIntField(null=True)
    payable = fields.IntField()
    refunded = fields.IntField(default=0)
    """Promised back to the buyer."""
    returned = fields.IntField(default=0)
    """Of that, what has arrived."""
    subsidy_back = fields.IntField(default=0)
    """Of the reduction, what went back to whoever had paid it."""
    refunds = fields.SmallIntField(default=0)
    payment_id = fields.BigIntField(null=True)
    payee_id = fields.BigIntField()

    serve_on = fields.DateField(null=True)
    slot = CodeField(max_length=12, default="")
    """Of a meal: its day, and which."""
    for_whom = CodeField(max_length=300, null=True)
    """Sealed: the name of whom a meal is for, where not for the buyer."""
    accept_at = UtcDatetimeField(null=True)
    """When the house accepts it, as bookings are; null: what the shop does not accept lapses."""

    created_at = UtcDatetimeField()
    paid_at = UtcDatetimeField(null=True)
    due_at = UtcDatetimeField(null=True)
    """Until when it is to be paid, to be accepted, or to be picked up: what the clock looks at."""
    done_at = UtcDatetimeField(null=True)
    reason = fields.CharField(max_length=200, default="")

    stars = fields.SmallIntField(null=True)
    rating_text = fields.CharField(max_length=300, null=True)
    rated_at = UtcDatetimeField(null=True)
    answer = fields.CharField(max_length=300, null=True)
    is_hidden = fields.BooleanField(default=False)
    """Moderation found the rating risky."""
    is_answer_hidden = fields.BooleanField(default=False)
    complaint_id = fields.BigIntField(null=True)
    """The order that a complaint about it became."""

    lines: "Sequence[PurchaseLine]" = ()
    sellers: Collection[int] = ()
    """Loaded by the service beside the row."""

    class Meta:
        table = "purchases_purchase"
        indexes = (
            ("buyer_id", "id"),
            ("shop_id", "status", "id"),
            ("shop_id", "id"),
            ("shop_id", "code_index"),
            ("status", "due_at"),
            ("shop_id", "serve_on", "slot"),
            ("payment_id",),
            ("area_path", "id"),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        is_buyer = self.buyer_id is not None and self.buyer_id == actor.user_id
        is_seller = actor.user_id in self.sellers
        if who == P.VIEW:
            return is_buyer or is_seller
        return is_buyer if who == P.BUY else is_seller if who == P.SELL else False

    def open_code(self) -> str | None:
        if self.code is None:
            return None
        return pickups.opened(self.code, field=CODE, row=self.seal)

    def open(self, column: str) -> str | None:
        """A sealed column in plain: `address`, `note` or `for_whom`."""
        text = getattr(self, column)
        return text and crypto.decrypt(text, field=f"purchase.{column}", row=self.seal)


for _name in ("address", "note", "for_whom"):
    sealing.column(Purchase, _name, field=f"purchase.{_name}", row="seal")
sealing.column(Purchase, "code", field=CODE, row="seal", index="code_index")


class PurchaseLine(Row):
    """What was bought, as it was called and priced then. Fen."""

    purchase_id = fields.BigIntField()
    good_id = fields.BigIntField(null=True)
    name = fields.CharField(max_length=40)
    choice = fields.CharField(max_length=60, default="")
    price = fields.IntField()
    quantity = fields.SmallIntField()
    amount = fields.IntField()
    reduced = fields.IntField(default=0)
    """Its share of the reduction: the buyer paid `amount - reduced`."""
    refunded_quantity = fields.SmallIntField(default=0)

    class Meta:
        table = "purchases_line"
        indexes = (("purchase_id",),)

    @property
    def paid(self) -> int:
        return self.amount - self.reduced

    @property
    def subject(self) -> str:
        """How the payment calls it."""
        return f"purchase-line:{self.id}"


class PurchaseEvent(Row):
    """What happened to a purchase; never changed."""

    purchase_id = fields.BigIntField()
    at = UtcDatetimeField()
    move = CodeField(max_length=12)
    by = CodeField(max_length=8)
    """`buyer`, `shop` or `house`."""
    note = fields.CharField(max_length=200, default="")

    class Meta:
        table = "purchases_event"
        indexes = (("purchase_id", "id"),)


def new_seal() -> str:
    """What a purchase's sealed columns are bound to."""
    return secrets.token_hex(16)


def sealed(seal: str, column: str, text: str | None) -> str | None:
    """A column's text, sealed for the row of this seal."""
    return text and crypto.encrypt(text, field=f"purchase.{column}", row=seal)
