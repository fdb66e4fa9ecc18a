"""Residents with their sealed fields, tags, bindings to dwellings, and who read what."""

import secrets

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.foundation.areas.models import Dwelling
from backend.foundation.residents.permissions import P
from backend.foundation.residents.rules import Education, Gender, Relation, Secret, Tag
from backend.foundation.residents.states import BindingStatus

__all__ = [
    "Binding",
    "BindingStatus",
    "PlainReading",
    "Relation",
    "Resident",
    "ResidentTag",
    "Tag",
    "live_key",
    "new_seal",
    "sealed",
]


class Resident(Row):
    """A person. `name`, `phone`, `id_number` are sealed by core.crypto, bound to `seal`."""

    user_id = fields.BigIntField(null=True, unique=True)
    """The account, once the person has one; registered by staff otherwise."""
    seal = CodeField(max_length=32, unique=True)
    """Random, made before the row is: what the ciphertexts are bound to."""
    name = CodeField(max_length=400)
    phone = CodeField(max_length=200, null=True)
    id_number = CodeField(max_length=200, null=True)
    name_index = CodeField(max_length=64, db_index=True)
    phone_index = CodeField(max_length=64, null=True, db_index=True)
    id_index = CodeField(max_length=64, null=True, db_index=True)
    birth_year = fields.SmallIntField(null=True)
    gender = fields.CharEnumField(Gender, max_length=8, null=True)
    education = fields.CharEnumField(Education, max_length=12, null=True)
    version = fields.IntField(default=1)
    created_at = UtcDatetimeField(auto_now_add=True)
    updated_at = UtcDatetimeField(auto_now=True)

    class Meta:
        table = "residents_resident"


_INDEX = {
    Secret.NAME: "name_index",
    Secret.PHONE: "phone_index",
    Secret.ID_NUMBER: "id_index",
}


def new_seal() -> str:
    """What a row's ciphertexts are bound to."""
    return secrets.token_hex(16)


def sealed(seal: str, **plain_text: str | None) -> dict[str, str | None]:
    """Columns for fields in plain, `sealed(seal, name="王小明")`: ciphertext and blind index.

    `seal` is the row's own; who writes many rows at once uses this directly.
    """
    columns: dict[str, str | None] = {}
    for name, text in plain_text.items():
        secret = Secret(name)
        columns[name] = text and crypto.encrypt(text, field=_bound(secret), row=seal)
        columns[_INDEX[secret]] = text and crypto.blind_index(text, field=_bound(secret))
    return columns


def plain(resident: Resident, secret: Secret) -> str | None:
    """The field in plain, for masking and for service.reveal. None when there is none."""
    text = getattr(resident, secret.value)
    return crypto.decrypt(text, field=_bound(secret), row=resident.seal) if text else None


def indexes(text: str, secret: Secret) -> list[str]:
    """What to look for in the secret's index column, while keys are being rotated too."""
    return crypto.blind_indexes(text, field=_bound(secret))


def _bound(secret: Secret) -> str:
    return f"resident.{secret.value}"


for _secret, _index in _INDEX.items():
    sealing.column(Resident, _secret.value, field=_bound(_secret), row="seal", index=_index)


class ResidentTag(Row):
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "app.Resident", related_name="tags", on_delete=fields.CASCADE
    )
    resident_id: int
    tag = fields.CharEnumField(Tag, max_length=20)

    class Meta:
        table = "residents_tag"
        unique_together = (("resident_id", "tag"),)
        indexes = (("tag", "resident_id"),)


class Binding(Row):
    """That a resident belongs to a dwelling. Read with `dwelling__area` and `resident`."""

    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "app.Resident", related_name="bindings", on_delete=fields.CASCADE
    )
    resident_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "app.Dwelling", related_name="bindings", on_delete=fields.RESTRICT
    )
    dwelling_id: int
    relation = fields.CharEnumField(Relation, max_length=8)
    status = fields.CharEnumField(BindingStatus, max_length=12, default=BindingStatus.PENDING)
    version = fields.IntField(default=1)
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`resident:dwelling` while pending or confirmed: nobody is bound twice to one dwelling."""
    tenure = fields.IntField(default=0, db_default=0)
    """The ownership of the dwelling that it belongs to, counted from 0: see the room `tenures`."""
    reason = fields.CharField(max_length=200, default="")
    created_at = UtcDatetimeField()
    decided_by = fields.BigIntField(null=True)
    decided_at = UtcDatetimeField(null=True)
    ended_at = UtcDatetimeField(null=True)

    class Meta:
        table = "residents_binding"
        indexes = (("dwelling_id", "status"), ("resident_id", "status"), ("status", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if self.resident.user_id == actor.user_id:
            # Whoever works where they live is confirmed by a colleague.
            return who == P.END
        return actor.may(P.CONFIRM if who == P.END else who, self.dwelling.area.path or "")


def live_key(resident_id: int, dwelling_id: int) -> str:
    return f"{resident_id}:{dwelling_id}"


class PlainReading(Row):
    """Somebody read sealed fields in plain, and why. Whose they are can list these."""

    user_id = fields.BigIntField(null=True)
    """The account that they are of; null for who is only in the register."""
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "app.Resident", related_name="readings", on_delete=fields.CASCADE, null=True
    )
    """Null where the account's own fields were read, as they stand in a demand."""
    resident_id: int | None
    reader_id = fields.BigIntField()
    fields_read = CodeField(max_length=60)
    """Names of the fields, comma separated."""
    purpose = fields.CharField(max_length=200)
    read_at = UtcDatetimeField()

    class Meta:
        table = "residents_plain_reading"
        indexes = (("user_id", "id"), ("resident_id", "id"))
