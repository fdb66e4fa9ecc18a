"""What the API says and hears of thanks."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body
from backend.foundation.files.queries import FileLink


class Thank(Body):
    """`is_public`: on the wall of thanks; `shows_photos`: with the pictures of the proof."""

    text: str = Field(min_length=2, max_length=300, examples=["鞋很暖和，谢谢好心的邻居"])
    is_public: bool = False
    shows_photos: bool = False


class ThanksOut(Answer):
    text: str
    is_public: bool
    shows_photos: bool
    said_at: datetime


class Praise(Answer):
    """A card of the wall of thanks."""

    wish_id: int
    whose_name: str
    title: str
    category_name: str
    text: str
    helpers: list[str] = Field(examples=[["李**", "一位热心邻居"]])
    photos: list[FileLink]
    said_at: datetime
