"""What dispatchers send, and whom they can choose."""

from typing import Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Id
from backend.engines.orders.queries import Grade, MoveBody, PartyName, ReasonBody, UnitOut


class DispatchBody(MoveBody):
    """To whose pool. Without `unit_id` the property firm of the place, or the duty's lead."""

    party: PartyName
    unit_id: Id | None = None
    duty_code: str | None = Field(default=None, max_length=12, examples=["B06"])
    grade: Grade | None = None
    note: str = Field(default="", max_length=500)


class AssignBody(MoveBody):
    handler_id: Id
    note: str = Field(default="", max_length=500)


class TransferBody(ReasonBody):
    """To a colleague, or to another unit: exactly one of the two."""

    handler_id: Id | None = None
    unit_id: Id | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if (self.handler_id is None) == (self.unit_id is None):
            raise ValueError("请选择转给谁：一个人或一个单位")
        return self


class AskBody(MoveBody):
    unit_ids: list[Id] = Field(max_length=5)
    with_community: bool = False
    note: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def somebody(self) -> Self:
        if not self.unit_ids and not self.with_community:
            raise ValueError("请选择协办单位")
        return self


class Handler(Answer):
    """Somebody the order can be handed to, with how many orders they have in hand now."""

    user_id: Id
    name: str
    role: str
    role_name: str
    unit: UnitOut | None
    in_hand: int


class Handlers(Answer):
    """Whom the order can be handed to by the asker."""

    items: list[Handler]
    units: list[UnitOut]
