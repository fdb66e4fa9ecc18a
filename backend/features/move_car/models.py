"""Requests, who was told of each, and who may not ask for a while."""

from datetime import datetime
from typing import Any

from tortoise import fields

from backend.core import sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.vehicles import queries as vehicles
from backend.features.move_car.permissions import P
from backend.features.move_car.rules import Reason, Reply
from backend.features.move_car.states import RequestStatus

__all__ = ["Block", "MoveRequest", "Reason", "Reply", "RequestStatus", "Told"]


class MoveRequest(Row):
    """Somebody asks for a car to be moved. The plate is sealed as vehicles seal theirs."""

    requester_id = fields.BigIntField(null=True)
    """Null once the person has left."""
    slot = CodeField(max_length=60, null=True, unique=True)
    """`person:day:n`: of two at once only one is a day's n-th."""
    open_key = CodeField(max_length=100, null=True, unique=True)
    """`person:plate index` while open: one asks once."""
    seal = CodeField(max_length=32)
    plate = CodeField(max_length=200, null=True)
    plate_index = CodeField(max_length=64)
    by_code = fields.BooleanField(default=False)
    vehicle_id = fields.BigIntField(null=True, db_index=True)
    """Found by the worker; null: nobody registered the plate."""
    reason = fields.CharEnumField(Reason, max_length=12)
    file_ids: list[int] = fields.JSONField(default=list)
    area_path = CodeField(max_length=200)
    place: dict[str, Any] = fields.JSONField()
    """Where, as an order has it."""
    status = fields.CharEnumField(RequestStatus, max_length=12, default=RequestStatus.ASKED)
    version = fields.IntField(default=1)
    reply = fields.CharEnumField(Reply, max_length=12, null=True)
    replied_at = UtcDatetimeField(null=True)
    due_at: datetime | None = UtcDatetimeField(null=True)
    """When what was promised runs out."""
    order_id = fields.BigIntField(null=True, unique=True)
    complaint = fields.CharField(max_length=200, null=True)
    """What the told person says of the asker."""
    complaint_ruling = fields.CharField(max_length=200, null=True)
    """What came of that; null while it waits."""
    asked_at = UtcDatetimeField()
    ended_at = UtcDatetimeField(null=True)

    is_told = False
    """Whether the actor at hand was told of it; the service sets it beside the row."""

    class Meta:
        table = "move_car_request"
        indexes = (("requester_id", "id"), ("plate_index", "asked_at"), ("area_path", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.ASK:
            return bool(self.requester_id == actor.user_id)
        return who == P.ANSWER and self.is_told


sealing.column(MoveRequest, "plate", field=vehicles.FIELD, row="seal", index="plate_index")


class Told(Row):
    """Somebody was told that a car of theirs is in the way."""

    request: fields.ForeignKeyRelation[MoveRequest] = fields.ForeignKeyField(
        "app.MoveRequest", related_name="told", on_delete=fields.CASCADE
    )
    request_id: int
    user_id = fields.BigIntField()
    told_at = UtcDatetimeField()

    class Meta:
        table = "move_car_told"
        unique_together = (("request_id", "user_id"),)
        indexes = (("user_id", "id"),)


class Block(Row):
    """A ruling that a person may not ask for a while; lifted or over, it stays in the books."""

    user_id = fields.BigIntField(db_index=True)
    request_id = fields.BigIntField()
    area_path = CodeField(max_length=200, db_index=True)
    reason = fields.CharField(max_length=200)
    made_by = fields.BigIntField()
    made_at = UtcDatetimeField()
    until = UtcDatetimeField()
    lifted_by = fields.BigIntField(null=True)
    lifted_at = UtcDatetimeField(null=True)

    class Meta:
        table = "move_car_block"
