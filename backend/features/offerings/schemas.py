"""What the API says and hears about offerings."""

from pydantic import AwareDatetime, Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.bookings.queries import SlotOut
from backend.features.offerings.rules import SHORTEST, OfferingKind


class OfferingNew(Body):
    """`minutes` cuts the time into turns of that length, each with `quota` places; without it
    there is one. Before `first_until` only people of `first_age` and above sign up."""

    kind: OfferingKind = Field(examples=["service"])
    title: str = Field(min_length=2, max_length=40, examples=["爱心理发"])
    about: str = Field(default="", max_length=500, examples=["每人约 20 分钟，请按时到场"])
    stall_id: Id | None = None
    starts_at: AwareDatetime = Field(examples=["2030-05-18T01:00:00Z"])
    ends_at: AwareDatetime = Field(examples=["2030-05-18T03:00:00Z"])
    minutes: int | None = Field(default=None, ge=SHORTEST, le=480, examples=[30])
    quota: int = Field(ge=1, le=500, examples=[4])
    most_waiting: int = Field(default=0, ge=0, le=200)
    first_age: int | None = Field(default=None, ge=18, le=100, examples=[60])
    first_until: AwareDatetime | None = Field(default=None, examples=["2030-05-16T01:00:00Z"])


class ReasonBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["理发师傅临时有事，抱歉"])


class OfferingOut(Answer):
    id: Id
    fair_id: Id
    kind: OfferingKind
    kind_name: str
    title: str
    about: str
    stall: str = Field(examples=["A2 阳光理发"])
    slots: list[SlotOut]
    is_staff: bool


class OfferingList(Answer):
    items: list[OfferingOut]
