"""What the API says and hears about letters and messages."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.features.letters.rules import LetterKind
from backend.features.letters.states import LetterStatus


class LetterNew(Body):
    """A letter is read by the organisers only, a message by everybody."""

    kind: LetterKind = Field(examples=["message"])
    text: str = Field(min_length=2, max_length=500, examples=["磨刀师傅手艺好，希望每月都来"])


class MoveBody(Body):
    version: int | None = Field(default=None, ge=1)


class AnswerBody(MoveBody):
    answer: str = Field(min_length=2, max_length=500, examples=["谢谢，下场继续请师傅来"])


class TakeBody(MoveBody):
    """`kind` of the demand that the letter becomes."""

    kind: Literal["suggestion", "complaint", "help"] = "suggestion"


class LetterQuery(PageQuery):
    """`board`: messages for everybody; `box`: letters for the organisers; `mine`: one's own."""

    what: Literal["board", "box", "mine"] = "board"


class LetterOut(Answer):
    id: Id
    fair_id: Id
    kind: LetterKind
    kind_name: str
    text: str
    writer: str = Field(examples=["李*"])
    is_mine: bool
    status: LetterStatus
    status_name: str
    answer: str
    order_id: int | None = Field(description="for the writer and the organisers")
    written_at: datetime
    moves: list[str]
    version: int
