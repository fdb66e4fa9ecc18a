"""What all models of requests and answers share."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

Id = Annotated[int, Field(ge=1, le=2**63 - 1, examples=[1042])]


class Body(BaseModel):
    """What a client sends: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, frozen=True, defer_build=True
    )


class Answer(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class PageQuery(Body):
    """Which part of a list: `cursor` is the `next` of the page before."""

    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=200)


class Page(Answer, Generic[T]):
    """A part of a list; `next` is null on the last page."""

    items: list[T]
    next: str | None = Field(default=None, examples=["WzE3MzIyNDBd"])


class Done(Answer):
    """Nothing more to say than that it is done."""

    done: bool = True
