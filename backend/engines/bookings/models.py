"""Slots and who is booked into them."""

from datetime import datetime

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.bookings.permissions import P
from backend.engines.bookings.rules import Proof
from backend.engines.bookings.states import BookingStatus, SlotStatus

__all__ = ["Booking", "BookingStatus", "Proof", "Slot", "SlotStatus"]


class Slot(Row):
    """Something that so many people can take part in at a time and place."""

    owner_kind = CodeField(max_length=24)
    owner_id = fields.BigIntField()
    """The room above's thing that it belongs to: `shift` 17."""
    link = CodeField(max_length=120)
    """The page of the mini-program that shows it."""
    area_path = CodeField(max_length=200)
    title = fields.CharField(max_length=60)
    place = fields.CharField(max_length=100)
    latitude = fields.IntField(null=True)
    longitude = fields.IntField(null=True)
    radius = fields.IntField(default=300)
    """Metres from the point within which somebody is there."""
    proof = fields.CharEnumField(Proof, max_length=8, default=Proof.CODE)
    starts_at: datetime = UtcDatetimeField()
    ends_at: datetime = UtcDatetimeField()
    opens_at: datetime = UtcDatetimeField()
    closes_at: datetime = UtcDatetimeField()
    cancel_until: datetime = UtcDatetimeField()
    quota = fields.IntField()
    taken = fields.IntField(default=0)
    """Bookings that hold a place; never more than `quota`: see service._take."""
    waiting = fields.IntField(default=0)
    most_waiting = fields.IntField(default=0)
    turns = fields.IntField(default=0)
    """How many have signed up: the number of whoever does next."""
    first_age = fields.SmallIntField(null=True)
    first_until: datetime | None = UtcDatetimeField(null=True)
    """Until then only people of at least this age; without a moment, at all times."""
    offer_minutes = fields.SmallIntField(default=0)
    """So long whoever moves up has to say yes; 0: they have the place at once."""
    status = fields.CharEnumField(SlotStatus, max_length=12, default=SlotStatus.OPEN)
    version = fields.IntField(default=1)
    created_by = fields.BigIntField(null=True)
    created_at = UtcDatetimeField()

    is_hosted = False
    """Whether the actor at hand holds what is booked; the room above says so."""

    class Meta:
        table = "bookings_slot"
        indexes = (("owner_kind", "owner_id", "starts_at"), ("status", "ends_at"))

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who == P.HOST and self.is_hosted)


class Booking(Row):
    """One person's place in a slot, or turn for one."""

    slot: fields.ForeignKeyRelation[Slot] = fields.ForeignKeyField(
        "app.Slot", related_name="bookings", on_delete=fields.RESTRICT
    )
    slot_id: int
    user_id = fields.BigIntField(null=True)
    """Who signed up; null once the person has left."""
    resident_id = fields.BigIntField(null=True)
    """For whom of the household, where not for oneself."""
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`slot:person` until it is given up: one person has one place."""
    turn = fields.IntField()
    """The waiting list's order."""
    status = fields.CharEnumField(BookingStatus, max_length=12)
    version = fields.IntField(default=1)
    booked_at = UtcDatetimeField()
    offered_until: datetime | None = UtcDatetimeField(null=True)
    checked_in_at: datetime | None = UtcDatetimeField(null=True)
    checked_out_at: datetime | None = UtcDatetimeField(null=True)
    checked_by = CodeField(max_length=8, default="")
    """How the coming was shown: `code`, `place`, `both`, or `host`."""
    reason = fields.CharField(max_length=100, default="")
    """Why the host or the house ended it."""

    is_hosted = False

    class Meta:
        table = "bookings_booking"
        indexes = (("slot_id", "status", "turn"), ("user_id", "id"), ("slot_id", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.BOOK:
            return self.user_id is not None and self.user_id == actor.user_id
        return who == P.HOST and self.is_hosted


def live_key(slot_id: int, user_id: int, resident_id: int | None) -> str:
    return f"{slot_id}:{f'r{resident_id}' if resident_id else f'u{user_id}'}"
