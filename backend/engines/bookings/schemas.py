"""What the API says and hears about slots and bookings."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.bookings.rules import Proof
from backend.engines.bookings.states import BookingStatus, SlotStatus


class BookBody(Body):
    """`resident_id`: somebody of one's own household, where it is not for oneself."""

    resident_id: Id | None = None


class ReleaseBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["名额另有安排，抱歉"])


class MineQuery(PageQuery):
    """`state`: those to come, those behind, or all."""

    state: Literal["open", "over", "all"] = "open"


class BookingOut(Answer):
    """One's own sign-up. `ahead`: how many wait in front; null without a turn to wait for."""

    id: Id
    slot_id: Id
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    link: str = Field(examples=["/pages/volunteering/shift?id=17"])
    for_whom: str | None = Field(examples=["王**"])
    resident_id: Id | None = Field(description="of the household; null where it is for oneself")
    status: BookingStatus
    status_name: str
    ahead: int | None
    offered_until: datetime | None
    cancel_until: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    reason: str
    proof: Proof
    moves: list[str]
    version: int


class SlotOut(Answer):
    """A slot as whoever may sign up sees it. `why_closed` is empty while signing up is open to
    the asker, `left` are the free places that nobody waits for."""

    id: Id
    owner_kind: str
    owner_id: Id
    title: str
    place: str
    latitude: int | None
    longitude: int | None
    radius: int
    proof: Proof
    proof_name: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    cancel_until: datetime
    quota: int
    most_waiting: int
    taken: int
    waiting: int
    left: int
    first_age: int | None
    first_until: datetime | None
    status: SlotStatus
    status_name: str
    why_closed: str = Field(examples=["报名还没有开始"])
    mine: list[BookingOut]
    moves: list[str]
    version: int


class GuestOut(Answer):
    """A booking as the host sees it; names are masked unless the host is of the staff."""

    id: Id
    user_id: int | None
    name: str = Field(examples=["王**"])
    status: BookingStatus
    status_name: str
    turn: int
    booked_at: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    checked_by: str
    moves: list[str]
    version: int


class GuestsQuery(PageQuery):
    status: BookingStatus | None = None
    limit: int = Field(default=100, ge=1, le=100)
