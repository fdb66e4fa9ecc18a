"""What the API says and hears about the rules of rewards."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery


class TermsOut(Answer):
    amount: int
    daily: int
    monthly: int
    is_on: bool


class RewardOut(TermsOut):
    """A rule as it holds at a place. `is_own`: the place's own; `version` is 0 where it is not."""

    kind: str = Field(examples=["order_rated"])
    title: str = Field(examples=["评价办结的诉求"])
    per: str = Field(examples=["次"])
    is_own: bool
    version: int


class RewardList(Answer):
    items: list[RewardOut]


class RuleBody(Body):
    """A rule of an area, and why it is changed. `version`: of its own rule as it was seen."""

    amount: int = Field(ge=0, le=1000, examples=[5])
    daily: int = Field(ge=0, le=10_000, examples=[20])
    monthly: int = Field(ge=0, le=100_000, examples=[100])
    is_on: bool = True
    grounds: str = Field(min_length=4, max_length=200, examples=["居民议事会讨论通过"])
    version: int = Field(default=0, ge=0)


class ChangeQuery(PageQuery):
    area_id: Id


class ChangeOut(Answer):
    id: Id
    kind: str
    title: str
    place: str
    before: TermsOut
    after: TermsOut
    grounds: str
    changed_by_name: str
    at: datetime
