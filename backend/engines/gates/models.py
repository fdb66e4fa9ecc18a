"""Devices, their events, corrections of readings, openings by hand."""

from datetime import datetime
from typing import Any

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.gates import rules
from backend.engines.gates.rules import Action, Direction, EventKind
from backend.engines.lots.models import Lot
from backend.engines.vehicles import queries as vehicles

__all__ = [
    "Action",
    "Correction",
    "Direction",
    "EventKind",
    "Gate",
    "GateEvent",
    "Nonce",
    "Opening",
]

SECRET = "gate.secret"  # noqa: S105 - the name of a field


class Gate(Row):
    """A device at an entrance or exit. Read with `lot__area`."""

    lot: fields.ForeignKeyRelation[Lot] = fields.ForeignKeyField(
        "app.Lot", related_name="gates", on_delete=fields.RESTRICT
    )
    lot_id: int
    name = fields.CharField(max_length=30)
    direction = fields.CharEnumField(Direction, max_length=4)
    key = CodeField(max_length=rules.LONGEST_KEY, unique=True)
    """Random and public: its addresses bear it, and what is printed at the exit."""
    secret = CodeField(max_length=300)
    """Sealed; shown once."""
    old_secret = CodeField(max_length=300, null=True)
    old_until: datetime | None = UtcDatetimeField(null=True)
    is_active = fields.BooleanField(default=True)
    seen_at: datetime | None = UtcDatetimeField(null=True)
    skew_seconds = fields.IntField(default=0)
    """Of its clock against ours, when it was last heard."""
    last_sequence = fields.BigIntField(default=0)
    is_told_silent = fields.BooleanField(default=False)
    created_at = UtcDatetimeField()

    class Meta:
        table = "gates_gate"
        indexes = (("lot_id", "id"),)

    def secrets(self, now: datetime) -> list[str]:
        """What it may sign with now, the newest first."""
        sealed = [self.secret]
        if self.old_secret and self.old_until is not None and self.old_until > now:
            sealed.append(self.old_secret)
        return [crypto.decrypt(one, field=SECRET, row=self.key) for one in sealed]


for _name in ("secret", "old_secret"):
    sealing.column(Gate, _name, field=SECRET, row="key")


class Nonce(Row):
    """A request that was heard: the same one again is a replay."""

    gate_id = fields.BigIntField()
    nonce = CodeField(max_length=64)
    at = UtcDatetimeField(db_index=True)

    class Meta:
        table = "gates_nonce"
        unique_together = (("gate_id", "nonce"),)


class GateEvent(Row):
    """What a device saw, once written never changed but for its reading, and that with history."""

    gate: fields.ForeignKeyRelation[Gate] = fields.ForeignKeyField(
        "app.Gate", related_name="events", on_delete=fields.RESTRICT
    )
    gate_id: int
    lot_id = fields.BigIntField()
    sequence = fields.BigIntField()
    kind = fields.CharEnumField(EventKind, max_length=4)
    direction = fields.CharEnumField(Direction, max_length=4)
    at = UtcDatetimeField()
    received_at = UtcDatetimeField()
    is_offline = fields.BooleanField(default=False)
    digest = CodeField(max_length=64)
    """Of what the device said: the same number with other words is refused."""
    seal = CodeField(max_length=32)
    plate = CodeField(max_length=200, null=True)
    """Null: nothing that can be a plate was read."""
    plate_index = CodeField(max_length=64, null=True)
    answer: dict[str, Any] | None = fields.JSONField(null=True)
    """What the barrier was told."""
    corrections = fields.SmallIntField(default=0)

    class Meta:
        table = "gates_event"
        unique_together = (("gate_id", "sequence"),)
        indexes = (("lot_id", "plate_index", "at"), ("lot_id", "id"), ("gate_id", "at"))


class Correction(Row):
    """A reading that a person put right."""

    event_id = fields.BigIntField(db_index=True)
    seal = CodeField(max_length=32)
    plate = CodeField(max_length=200, null=True)
    """As it had been read, sealed."""
    reason = fields.CharField(max_length=200)
    made_by = fields.BigIntField()
    made_at = UtcDatetimeField()

    class Meta:
        table = "gates_correction"


class Opening(Row):
    """A barrier opened by hand: who, why, and the picture."""

    gate: fields.ForeignKeyRelation[Gate] = fields.ForeignKeyField(
        "app.Gate", related_name="openings", on_delete=fields.RESTRICT
    )
    gate_id: int
    made_by = fields.BigIntField()
    grounds = fields.CharField(max_length=200)
    file_id = fields.BigIntField()
    made_at = UtcDatetimeField()
    fetched_at = UtcDatetimeField(null=True)

    class Meta:
        table = "gates_opening"
        indexes = (("gate_id", "id"),)


for _model in (GateEvent, Correction):
    _index = "plate_index" if _model is GateEvent else None
    sealing.column(_model, "plate", field=vehicles.FIELD, row="seal", index=_index)
