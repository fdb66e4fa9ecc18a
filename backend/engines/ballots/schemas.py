"""What the API says and hears about ballots."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.ballots.rules import CODE

Code = Annotated[str, Field(pattern=CODE, examples=["K7M2QX9AB4CDEFGHJK23456789"])]


class BallotBody(Body):
    """`code` is made by the phone and kept there: with it the voter finds the own ballot."""

    dwelling_id: Id
    code: Code


class CastBody(Body):
    """One choice for one or several dwellings of the voter."""

    choice: str = Field(max_length=20, examples=["agree"])
    ballots: list[BallotBody] = Field(min_length=1, max_length=50)


class ReceiptOut(Answer):
    dwelling_id: Id
    code: str
    hash: str = Field(description="what stands in the published list")


class CastOut(Answer):
    voting_id: Id
    text_hash: str
    choice: str
    at: datetime
    ballots: list[ReceiptOut]


class NamingBody(Body):
    """Which co-owner of the frozen roll is to vote."""

    dwelling_id: Id
    resident_id: Id


class OwnerOut(Answer):
    resident_id: Id
    name: str = Field(description="masked")
    is_me: bool
    named_id: Id | None = Field(description="whom this owner named")


class MyBallot(Answer):
    """A dwelling that is the person's to vote for, or would be but for `why_not`."""

    dwelling_id: Id
    place: str
    area: int = Field(description="0.01 m²")
    role: str = Field(examples=["owner"])
    role_name: str
    may_cast: bool
    why_not: str
    has_voted: bool
    source_name: str = Field(examples=["纸质选票"])
    cast_at: datetime | None
    is_cast_by_me: bool
    choice: str | None = Field(description="of an open vote")
    owners: list[OwnerOut]


class MyBallots(Answer):
    items: list[MyBallot]


class ProxyNew(Body):
    """`phone` of the delegate, if they are to vote by phone themselves."""

    dwelling_id: Id
    owner_id: Id = Field(description="the resident who gave it")
    name: str = Field(min_length=2, max_length=30, examples=["李四"])
    phone: str | None = Field(default=None, pattern=r"^1[3-9][0-9]{9}$")
    file_id: Id


class ProxyOut(Answer):
    id: Id
    dwelling_id: Id
    place: str
    name: str = Field(description="masked")
    votes_by_phone: bool
    recorded_at: datetime
    withdrawn_at: datetime | None


class RollLine(Answer):
    dwelling_id: Id
    place: str
    area: int
    has_voted: bool
    source_name: str
    owners: list[OwnerOut]
