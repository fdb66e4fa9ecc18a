"""Craftsmen with their skills, and calls."""

import secrets
from datetime import date
from typing import Any

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.craftsmen.permissions import P
from backend.engines.craftsmen.rules import Part, Reach, Skill
from backend.engines.craftsmen.states import CallStatus, CraftsmanStatus

__all__ = ["CallStatus", "CraftCall", "CraftSkill", "Craftsman", "CraftsmanStatus", "Engagement"]

PAPER, PLACE, PHONE = "craft.paper", "craft.place", "craft.phone"


class Craftsman(Row):
    """A neighbour who offers what they can. `called` is public (王师傅); the telephone is the
    account's, and is shown to nobody before a call is accepted."""

    user_id = fields.BigIntField(null=True, unique=True)
    """Null once the person has left."""
    called = fields.CharField(max_length=10)
    text = fields.CharField(max_length=200, default="")
    is_hidden = fields.BooleanField(default=False)
    """Moderation found the words risky."""
    area_path = CodeField(max_length=200)
    reach = fields.CharEnumField(Reach, max_length=12)
    serves_path = CodeField(max_length=200)
    week: list[list[str]] = fields.JSONField()
    """Seven days from Monday on: the parts of the day that are free as a rule."""
    stars_sum = fields.IntField(default=0)
    stars_count = fields.IntField(default=0)
    done = fields.IntField(default=0)
    status = fields.CharEnumField(CraftsmanStatus, max_length=12, default=CraftsmanStatus.SUBMITTED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=200, default="")
    submitted_at = UtcDatetimeField()
    reviewed_by = fields.BigIntField(null=True)

    class Meta:
        table = "craftsmen_craftsman"
        indexes = (("serves_path", "status"), ("area_path", "status", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        is_mine = self.user_id is not None and self.user_id == actor.user_id
        if who == P.OWN:
            return is_mine
        return who == P.REVIEW and not is_mine and actor.may(P.REVIEW, self.area_path)


class CraftSkill(Row):
    """One skill of a craftsman's, its price of a visit in fen (0: free), and the paper for it."""

    craftsman: fields.ForeignKeyRelation[Craftsman] = fields.ForeignKeyField(
        "app.Craftsman", related_name="skills", on_delete=fields.CASCADE
    )
    craftsman_id: int
    skill = fields.CharEnumField(Skill, max_length=12)
    price = fields.IntField()
    seal = CodeField(max_length=32)
    number = CodeField(max_length=200, null=True)
    """Sealed: the paper's number."""
    file_id = fields.BigIntField(null=True)
    expires_on: date | None = fields.DateField(null=True)
    reminded_for: date | None = fields.DateField(null=True)
    """The end that was reminded of."""

    class Meta:
        table = "craftsmen_skill"
        unique_together = (("craftsman_id", "skill"),)
        indexes = (("skill", "craftsman_id"), ("expires_on",))

    def plain_number(self) -> str:
        return (self.number and crypto.decrypt(self.number, field=PAPER, row=self.seal)) or ""


sealing.column(CraftSkill, "number", field=PAPER, row="seal")


class CraftCall(Row):
    """Somebody needs a hand on a day. Where and under which telephone is sealed, and shown to
    whoever has accepted."""

    caller_id = fields.BigIntField(null=True)
    craftsman: fields.ForeignKeyNullableRelation[Craftsman] = fields.ForeignKeyField(
        "app.Craftsman", related_name="calls", on_delete=fields.RESTRICT, null=True
    )
    craftsman_id: int | None
    """Who is asked, or comes."""
    tried: list[int] = fields.JSONField(default=list)
    """Whoever was asked, in order."""
    skill = fields.CharEnumField(Skill, max_length=12)
    text = fields.CharField(max_length=300)
    is_hidden = fields.BooleanField(default=False)
    file_ids: list[int] = fields.JSONField(default=list)
    area_path = CodeField(max_length=200)
    seal = CodeField(max_length=32)
    place = CodeField(max_length=600, null=True)
    phone = CodeField(max_length=200, null=True)
    day: date = fields.DateField()
    part = fields.CharEnumField(Part, max_length=12)
    slot = CodeField(max_length=40, null=True, unique=True)
    """`caller:n` while open: of what a person can have open, the n-th."""
    price = fields.IntField(default=0)
    """Fen, as it was when this craftsman was asked; paid in person."""
    why: list[str] = fields.JSONField(default=list)
    status = fields.CharEnumField(CallStatus, max_length=12, default=CallStatus.ASKED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=200, default="")
    answer_by = UtcDatetimeField(null=True)
    asked_at = UtcDatetimeField()
    done_at = UtcDatetimeField(null=True)
    stars = fields.SmallIntField(null=True)
    rating = fields.CharField(max_length=200, default="")

    class Meta:
        table = "craftsmen_call"
        indexes = (("caller_id", "id"), ("craftsman_id", "id"), ("area_path", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        """The craftsman comes with the row."""
        if actor.is_system:
            return True
        if who == P.CALL:
            return self.caller_id is not None and self.caller_id == actor.user_id
        is_theirs = self.craftsman is not None and self.craftsman.user_id == actor.user_id
        return who == P.SERVE and is_theirs

    def opened(self) -> tuple[str, str]:
        """Place and telephone in plain; empty where nothing is kept."""
        place = self.place and crypto.decrypt(self.place, field=PLACE, row=self.seal)
        phone = self.phone and crypto.decrypt(self.phone, field=PHONE, row=self.seal)
        return place or "", phone or ""


class Engagement(Row):
    """That a craftsman is somewhere in a part of a day, for a thing of a room above: a call that
    was accepted, a bench. The key is what keeps anybody from being at two places."""

    craftsman: fields.ForeignKeyRelation[Craftsman] = fields.ForeignKeyField(
        "app.Craftsman", related_name="engagements", on_delete=fields.CASCADE
    )
    craftsman_id: int
    day: date = fields.DateField()
    part = fields.CharEnumField(Part, max_length=12)
    owner_kind = CodeField(max_length=24)
    owner_id = fields.BigIntField()

    class Meta:
        table = "craftsmen_engagement"
        unique_together = (("craftsman_id", "day", "part"),)
        indexes = (("owner_kind", "owner_id"),)


sealing.column(CraftCall, "place", field=PLACE, row="seal")
sealing.column(CraftCall, "phone", field=PHONE, row="seal")


def sealed_paper(number: str) -> dict[str, Any]:
    seal = secrets.token_hex(16)
    sealed = crypto.encrypt(number, field=PAPER, row=seal) if number else None
    return {"seal": seal, "number": sealed}


def sealed_where(place: str, phone: str) -> dict[str, str]:
    """The columns that say where somebody is needed."""
    seal = secrets.token_hex(16)
    return {
        "seal": seal,
        "place": crypto.encrypt(place, field=PLACE, row=seal),
        "phone": crypto.encrypt(phone, field=PHONE, row=seal),
    }
