"""What buyers and shops send."""

from typing import Annotated

from pydantic import Field

from backend.core.schemas import Body, Id

Reason = Annotated[str, Field(min_length=2, max_length=200, examples=["今天食材已用完"])]


class MoveBody(Body):
    version: int | None = Field(default=None, ge=1)


class ReasonBody(MoveBody):
    reason: Reason


class CodeBody(Body):
    """What was scanned or typed."""

    code: str = Field(min_length=6, max_length=40, examples=["48213377"])


class RefundPart(Body):
    line_id: Id
    quantity: int = Field(ge=1, le=99)


class RefundBody(ReasonBody):
    lines: Annotated[list[RefundPart], Field(min_length=1, max_length=50)]
