"""Vehicles with their sealed plates, and the people to call on."""

import secrets
from datetime import datetime

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.vehicles.permissions import P
from backend.engines.vehicles.rules import PlateKind
from backend.engines.vehicles.states import VehicleStatus
from backend.foundation.areas.models import Dwelling

__all__ = ["Contact", "PlateKind", "Vehicle", "VehicleStatus"]

FIELD = "vehicle.plate"


class Vehicle(Row):
    """A car that belongs to a dwelling. Read with `dwelling__area`."""

    seal = CodeField(max_length=32, unique=True)
    """Random, made before the row is: what the plate's ciphertext is bound to."""
    plate = CodeField(max_length=200)
    plate_index = CodeField(max_length=64)
    plate_kind = fields.CharEnumField(PlateKind, max_length=12)
    is_sole = fields.BooleanField(null=True)
    """True while confirmed, else null: a plate belongs to one dwelling at a time. Until then
    anybody may claim it, so that claiming tells nobody whether a plate is known."""
    is_claim = fields.BooleanField(null=True)
    """True while waiting or confirmed, else null: nobody claims the same plate twice."""
    description = fields.CharField(max_length=20, default="")
    """White saloon: what helps to find it."""
    owner_id = fields.BigIntField()
    """The account that registered it, its first contact."""
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "app.Dwelling", related_name="vehicles", on_delete=fields.RESTRICT
    )
    dwelling_id: int
    status = fields.CharEnumField(VehicleStatus, max_length=12, default=VehicleStatus.PENDING)
    version = fields.IntField(default=1)
    code_id = fields.BigIntField(null=True, db_index=True)
    """Its windscreen code, once printed."""
    invite_digest = CodeField(max_length=64, null=True, unique=True)
    invite_until: datetime | None = UtcDatetimeField(null=True)
    reason = fields.CharField(max_length=200, default="")
    created_at = UtcDatetimeField()
    decided_by = fields.BigIntField(null=True)
    decided_at = UtcDatetimeField(null=True)
    ended_at = UtcDatetimeField(null=True)

    class Meta:
        table = "vehicles_vehicle"
        unique_together = (("plate_index", "is_sole"), ("owner_id", "plate_index", "is_claim"))
        indexes = (("owner_id", "id"), ("dwelling_id", "status"), ("status", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if self.owner_id == actor.user_id:
            # Whoever works where they live is confirmed by a colleague.
            return who == P.END
        return actor.may(P.CONFIRM if who == P.END else who, self.dwelling.area.path or "")


sealing.column(Vehicle, "plate", field=FIELD, row="seal", index="plate_index")


class Contact(Row):
    """Who is told when the car is in the way: rank 1 first."""

    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField(
        "app.Vehicle", related_name="contacts", on_delete=fields.CASCADE
    )
    vehicle_id: int
    user_id = fields.BigIntField(db_index=True)
    rank = fields.SmallIntField()
    joined_at = UtcDatetimeField()

    class Meta:
        table = "vehicles_contact"
        unique_together = (("vehicle_id", "user_id"),)


def new_seal() -> str:
    """What a plate's ciphertext is bound to."""
    return secrets.token_hex(16)


def sealed(text: str, seal: str) -> dict[str, str]:
    """The columns `plate` and `plate_index` of a folded plate, for a row with this seal."""
    return {
        "plate": crypto.encrypt(text, field=FIELD, row=seal),
        "plate_index": crypto.blind_index(text, field=FIELD),
    }


def opened(plate: str, seal: str) -> str:
    """The folded plate in plain."""
    return crypto.decrypt(plate, field=FIELD, row=seal)


def indexes(text: str) -> list[str]:
    """What to look for in `plate_index`, while keys are being rotated too."""
    return crypto.blind_indexes(text, field=FIELD)
