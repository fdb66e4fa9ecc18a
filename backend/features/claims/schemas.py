"""What the API hears of claims."""

from typing import Annotated

from pydantic import Field

from backend.core.schemas import Body, Id
from backend.engines.wishes.queries import Shares


class Claim(Body):
    shares: Shares = 1
    shows_name: bool = False
    """Whether the thanks may name me, masked."""


class Progress(Body):
    note: str = Field(min_length=2, max_length=300, examples=["鞋已经下单，周五到"])


class Fulfil(Body):
    note: str = Field(default="", max_length=300, examples=["鞋合脚，老人很高兴"])
    file_ids: Annotated[list[Id], Field(min_length=1, max_length=6)]
