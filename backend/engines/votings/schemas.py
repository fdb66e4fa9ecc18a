"""What the API says and hears about votes. Areas are 0.01 m²."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.votings.rules import Kind
from backend.engines.votings.states import VotingStatus

ChoiceKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]


class ChoiceBody(Body):
    key: ChoiceKey = Field(examples=["agree"])
    text: str = Field(min_length=1, max_length=60, examples=["同意"])


class VotingPlan(Body):
    """How it is to be voted. `unsold_ids`: dwellings that the developer holds still."""

    kind: Kind = Field(examples=["use_funds"])
    is_secret: bool = True
    takes_paper: bool = True
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    unsold_ids: list[Id] = Field(default=[], max_length=5000)


class VotingChange(VotingPlan):
    """The whole plan of a draft anew; what is voted on stays."""

    version: int = Field(ge=1)


class RegisterQuery(PageQuery):
    """`area_id`: only doors at or below it."""

    area_id: Id | None = None


class RegisterLine(Answer):
    """A dwelling as the roll would have it today."""

    dwelling_id: Id
    number: str = Field(examples=["101"])
    place: str = Field(examples=["锦绣花园1号楼1单元101"])
    area: int | None = Field(description="0.01 m²; null: the register does not know it")
    owners: int
    is_unsold: bool


class MoveBody(Body):
    version: int | None = Field(default=None, ge=1)


class CancelBody(MoveBody):
    reason: str = Field(min_length=2, max_length=200, examples=["议题文字有误，重新组织表决"])


class TallyOut(Answer):
    dwellings: int
    heads: int
    area: int


class ChoiceOut(Answer):
    key: str
    text: str
    result: TallyOut | None = Field(description="once it is counted")


class LawOut(Answer):
    """What the law asks: shares as text, of area and of heads alike."""

    item: int = Field(description="of 民法典 §278 paragraph 1; 0 for a poll")
    is_weighty: bool
    quorum: str = Field(examples=["不少于 2/3"])
    majority: str = Field(examples=["超过 1/2"])


class OutcomeOut(Answer):
    has_quorum: bool
    passed: str | None
    split: int = Field(description="owners whose dwellings voted differently")
    root: str = Field(description="sha256 of the published list")


class VotingOut(Answer):
    id: Id
    subject: str
    area_id: Id
    title: str
    text: str
    text_hash: str | None
    kind: Kind
    kind_name: str
    law: LawOut
    choices: list[ChoiceOut]
    is_secret: bool
    takes_paper: bool
    unsold_ids: list[Id] | None = Field(description="null for those who do not hold it")
    status: VotingStatus
    status_name: str
    starts_at: datetime
    ends_at: datetime
    frozen_at: datetime | None
    whole: TallyOut | None = Field(description="the roll, once it is frozen")
    took_part: TallyOut | None
    outcome: OutcomeOut | None
    reason: str
    version: int
    moves: list[str]
