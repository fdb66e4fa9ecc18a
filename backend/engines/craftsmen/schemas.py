"""What the API says and hears about craftsmen. Money is whole fen."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.craftsmen import rules
from backend.engines.craftsmen.rules import Part, Reach, Skill
from backend.engines.craftsmen.states import CraftsmanStatus
from backend.foundation.files.queries import FileLink

Price = Annotated[int, Field(ge=0, le=rules.MOST_PRICE, examples=[3000])]
Week = Annotated[
    list[Annotated[list[Part], Field(max_length=3)]], Field(min_length=7, max_length=7)
]
Reason = Annotated[str, Field(min_length=2, max_length=200, examples=["证件照片看不清"])]


class SkillNew(Body):
    """What somebody can do, for how much a visit; with its paper where the law wants one."""

    skill: Skill
    price: Price = 0
    number: str = Field(default="", max_length=40)
    file_id: Id | None = None
    expires_on: date | None = None

    @model_validator(mode="after")
    def papered(self) -> Self:
        paper = rules.LICENCES.get(self.skill)
        if paper and (not self.number or self.file_id is None or self.expires_on is None):
            raise ValueError(f"{self.skill.label}请上传{paper}，并填写证号和有效期")
        if not paper and (self.number or self.file_id or self.expires_on):
            raise ValueError(f"{self.skill.label}不需要证件")
        return self


class CraftsmanNew(Body):
    called: str = Field(min_length=2, max_length=10, examples=["王师傅"])
    text: str = Field(default="", max_length=200, examples=["退休电工，干了三十年"])
    reach: Reach = Reach.COMMUNITY
    week: Week
    skills: Annotated[list[SkillNew], Field(min_length=1, max_length=len(Skill))]

    @model_validator(mode="after")
    def each_once(self) -> Self:
        if len({one.skill for one in self.skills}) != len(self.skills):
            raise ValueError("同一项手艺只填一次")
        if not any(self.week):
            raise ValueError("请至少选一个有空的时段")
        return self


class Revise(CraftsmanNew):
    version: int = Field(ge=1)


class Seen(Body):
    version: int = Field(ge=1)


class Ruling(Seen):
    reason: Reason


class ReviewQuery(PageQuery):
    status: CraftsmanStatus = CraftsmanStatus.SUBMITTED


class Need(Body):
    """What is needed and when; without `area_id` it is where I live."""

    skill: Skill
    day: date
    part: Part


class SkillOut(Answer):
    skill: Skill
    name: str
    price: int
    paper: str = Field(description="what the law wants, empty for nothing")
    expires_on: date | None
    is_good: bool = Field(description="whether it can be called for today")
    number: str = Field(description="for oneself and the community")
    photo: FileLink | None = Field(description="for oneself and the community")


class CraftsmanOut(Answer):
    id: int
    called: str
    text: str
    place: str
    reach: Reach
    reach_name: str
    week: list[list[Part]]
    skills: list[SkillOut]
    stars: float | None
    stars_count: int
    done: int
    status: CraftsmanStatus
    status_name: str
    reason: str
    is_mine: bool
    submitted_at: datetime
    moves: list[str]
    version: int


class OfferOut(Answer):
    """Somebody who could come, and why they are offered, heaviest reason first."""

    craftsman_id: int
    called: str
    text: str
    price: int
    stars: float | None
    stars_count: int
    why: list[str] = Field(examples=[["同在锦绣花园", "评分 4.8（12 次评价）"]])
