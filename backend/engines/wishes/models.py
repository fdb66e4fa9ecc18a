"""Wishes, with whom they are for sealed, and claims of them."""

import secrets

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.wishes.permissions import P
from backend.engines.wishes.rules import Category, Circle, Handover, Whose
from backend.engines.wishes.states import ClaimStatus, WishStatus

__all__ = ["ClaimStatus", "Wish", "WishClaim", "WishStatus"]

PHONE, PERSON = "wish.phone", "wish.person"


class Wish(Row):
    """A wish of `needed` shares. Whose it is stays sealed; neighbours read `whose` only."""

    publisher_id = fields.BigIntField(null=True)
    """Null once the person has left: then the community looks after it."""
    is_for_other = fields.BooleanField()
    whose = fields.CharEnumField(Whose, max_length=12)
    category = fields.CharEnumField(Category, max_length=12)
    title = fields.CharField(max_length=30)
    text = fields.CharField(max_length=500)
    is_hidden = fields.BooleanField(default=False)
    """Moderation found the words risky: only writer and reviewers read them."""
    file_ids: list[int] = fields.JSONField(default=list)
    area_path = CodeField(max_length=200)
    circle = fields.CharEnumField(Circle, max_length=12, null=True)
    open_path = CodeField(max_length=200, null=True)
    """Who lives at or below this path sees it; null before the approval."""
    widens_at = UtcDatetimeField(null=True)

    seal = CodeField(max_length=32)
    person = CodeField(max_length=900, null=True)
    """Sealed: `name|place` of whom it is for."""
    phone = CodeField(max_length=200, null=True)
    phone_index = CodeField(max_length=64, null=True)
    handover = fields.CharEnumField(Handover, max_length=8)

    needed = fields.SmallIntField()
    taken = fields.SmallIntField(default=0)
    """Shares of live claims: changed by `claim` only while it stays within `needed`."""
    unit = fields.CharField(max_length=6)
    share_value = fields.IntField(null=True)
    """Fen that one share is about; null where it is not a matter of money."""

    status = fields.CharEnumField(WishStatus, max_length=12, default=WishStatus.SUBMITTED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=200, default="")
    until = UtcDatetimeField()
    """From this moment on nobody can claim it."""
    submitted_at = UtcDatetimeField()
    opened_at = UtcDatetimeField(null=True)
    reviewed_by = fields.BigIntField(null=True)
    ended_at = UtcDatetimeField(null=True)

    is_kin = False
    """Whether the actor at hand lives with whom it is for; the queries set it beside the row."""

    class Meta:
        table = "wishes_wish"
        indexes = (
            ("open_path", "status", "id"),
            ("area_path", "status"),
            ("publisher_id", "id"),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        is_mine = self.publisher_id is not None and self.publisher_id == actor.user_id
        if who == P.PUBLISH:
            return is_mine
        if who == P.CLAIM:
            return not is_mine and not self.is_kin
        return who == P.REVIEW and not is_mine and actor.may(P.REVIEW, self.area_path)

    def opened(self) -> tuple[str, str, str]:
        """Name, phone and place in plain; empty where nothing is kept."""
        person = self.person and crypto.decrypt(self.person, field=PERSON, row=self.seal)
        phone = self.phone and crypto.decrypt(self.phone, field=PHONE, row=self.seal)
        name, _, place = (person or "").partition("|")
        return name, phone or "", place


sealing.column(Wish, "person", field=PERSON, row="seal")
sealing.column(Wish, "phone", field=PHONE, row="seal", index="phone_index")


def sealed_person(name: str, phone: str | None, place: str) -> dict[str, str | None]:
    """The columns that keep whom a wish is for."""
    seal = secrets.token_hex(16)
    text = f"{name.replace('|', ' ')}|{place}"
    return {
        "seal": seal,
        "person": crypto.encrypt(text, field=PERSON, row=seal),
        "phone": crypto.encrypt(phone, field=PHONE, row=seal) if phone else None,
        "phone_index": crypto.blind_index(phone, field=PHONE) if phone else None,
    }


def phone_indexes(phone: str) -> list[str]:
    """What to compare a wish's with, while keys are being rotated too."""
    return crypto.blind_indexes(phone, field=PHONE)


class WishClaim(Row):
    """Somebody takes shares of a wish upon themselves."""

    wish: fields.ForeignKeyRelation[Wish] = fields.ForeignKeyField(
        "app.Wish", related_name="claims", on_delete=fields.CASCADE
    )
    wish_id: int
    claimer_id = fields.BigIntField(null=True)
    live_key = CodeField(max_length=50, null=True, unique=True)
    """`wish:person` while live: nobody claims one twice."""
    slot = CodeField(max_length=40, null=True, unique=True)
    """`person:n` while held: of what a person can have in hand, the n-th."""
    shares = fields.SmallIntField()
    shows_name = fields.BooleanField()
    """Whether thanks may name the claimer, masked."""
    status = fields.CharEnumField(ClaimStatus, max_length=12, default=ClaimStatus.HELD)
    version = fields.IntField(default=1)
    note = fields.CharField(max_length=300, default="")
    """What the claimer last said: how it goes, or how it went."""
    is_hidden = fields.BooleanField(default=False)
    reason = fields.CharField(max_length=200, default="")
    """Why it was sent back or released."""
    file_ids: list[int] = fields.JSONField(default=list)
    progress = fields.SmallIntField(default=0)
    claimed_at = UtcDatetimeField()
    due_at = UtcDatetimeField(null=True)
    """When it is given free, or is to be confirmed by the community."""
    fulfilled_at = UtcDatetimeField(null=True)
    confirmed_at = UtcDatetimeField(null=True)
    confirmed_by = fields.BigIntField(null=True)

    class Meta:
        table = "wishes_claim"
        indexes = (("wish_id", "status"), ("claimer_id", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        """The wish comes with the row."""
        if actor.is_system:
            return True
        is_mine = self.claimer_id is not None and self.claimer_id == actor.user_id
        if who == P.CLAIM:
            return is_mine
        if is_mine:
            return False
        is_community = actor.may(P.REVIEW, self.wish.area_path)
        return is_community or (who == P.CONFIRM and self.wish.may(actor, P.PUBLISH))
