"""What the API says and hears about ratings."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery


class RateBody(Body):
    version: int | None = Field(default=None, ge=1)
    stars: int = Field(ge=1, le=5, examples=[5])
    text: str = Field(default="", max_length=300)


class AnswerBody(Body):
    version: int | None = Field(default=None, ge=1)
    text: str = Field(min_length=2, max_length=300, examples=["谢谢，下次多给您加勺汤"])


class ComplainBody(Body):
    text: str = Field(min_length=4, max_length=1000, examples=["送来的面是凉的，打电话也不接"])
    file_ids: Annotated[list[Id], Field(max_length=9)] = Field(default_factory=list)


class RatingQuery(PageQuery):
    """Ratings of a shop, latest first."""


class RatingOut(Answer):
    """What a buyer said; who it was is not told."""

    stars: int
    text: str
    answer: str | None
    at: datetime
    bought: str = Field(examples=["牛肉面 等 2 件"])
