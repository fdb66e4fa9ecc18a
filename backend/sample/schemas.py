"""What the demo's own routes take and tell."""

from typing import Literal, get_args

from pydantic import Field, RootModel

from backend.core.schemas import Answer, Body, Id
from backend.foundation.codes.service import CodeKind

Side = Literal["resident", "worker", "property", "dispatcher", "cashier", "finance", "merchant"]
SIDES: tuple[Side, ...] = get_args(Side)
PhoneSide = Literal["resident", "worker", "property"]


class Info(Answer):
    wechat_mock_url: str = Field(examples=["http://127.0.0.1:8001"])
    environment: str = Field(examples=["demo"])


class PeopleQuery(Body):
    """Without `side`: some of every side."""

    side: Side | None = None
    limit: int = Field(default=12, ge=1, le=300)


class SamplePerson(Answer):
    user_id: int
    openid: str = Field(examples=["demo-resident-1"])
    name: str = Field(examples=["王建国"])
    role_name: str = Field(examples=["专职社工"])
    area_name: str = Field(examples=["桃花涧社区"])
    phone_side: PhoneSide
    """Which of the three phones is theirs."""


class SamplePeople(RootModel[list[SamplePerson]]):
    """The front row first: they live in, or work for, one compound."""


class SampleCode(Answer):
    label: str = Field(examples=["桃花涧社区"])
    scene: str = Field(examples=["9F4KQX27TB"])
    kind: CodeKind


class SampleCodes(RootModel[list[SampleCode]]):
    """The first resident's community first."""


class DemoLogin(Body):
    user_id: Id


class SampleLine(Body):
    title: str = Field(min_length=1, max_length=60, examples=["2026年11月物业费"])
    amount: int = Field(ge=1, le=10_000_000, examples=[12800])


class SamplePayment(Body):
    """Something to pay. Amounts are fen."""

    title: str = Field(min_length=1, max_length=60, examples=["物业费"])
    lines: list[SampleLine] = Field(min_length=1, max_length=20)
