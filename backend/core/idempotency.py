"""`Idempotency-Key`: a repeated request gets the first answer and has no second effect.

The key's row is written in the same transaction as the effect. Two requests with one key at the
same moment: the second waits for the first, then finds its row.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from tortoise import fields
from tortoise.models import Model

from backend.core import clock, crypto, sealing
from backend.core.database import CodeField, UtcDatetimeField, execute, is_duplicate, rows
from backend.core.errors import Invalid, KeyReused
from backend.core.jobs import every

KEPT = timedelta(days=8)


class Key(Model):
    """One honoured key: what was asked (as a digest) and what was answered."""

    key = CodeField(max_length=64, primary_key=True)
    request = CodeField(max_length=64)
    status = fields.SmallIntField(default=0)
    answer = fields.TextField(null=True)
    """Sealed: answers hold what people said and who they are."""
    created_at = UtcDatetimeField()

    class Meta:
        table = "core_idempotency"
        indexes = (("created_at",),)


sealing.column(Key, "answer", field="idempotency.answer", row="key")


@dataclass(frozen=True)
class Stored:
    status: int
    answer: bytes


class Repeated(Exception):
    """The key was used before: roll back and answer as the first time."""


def key_of(header: str, caller: str) -> str:
    """The row's key: callers cannot meet each other's. Raises Invalid for a bad header."""
    if not 8 <= len(header) <= 64 or not header.isascii() or not header.isprintable():
        raise Invalid(fields={"Idempotency-Key": "应为 8 到 64 个可见字符"})
    return crypto.digest(f"{caller}|{header}")


def request_digest(method: str, path: str, body: bytes) -> str:
    return sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


async def reserve(key: str, request: str) -> None:
    """Write the key's row in the transaction at hand. Raises Repeated."""
    sql = "INSERT INTO core_idempotency (`key`, request, status, created_at) VALUES (?, ?, 0, ?)"
    try:
        await execute(sql, key, request, clock.now())
    except Exception as error:
        if is_duplicate(error):
            raise Repeated from error
        raise


async def keep(key: str, status: int, answer: bytes) -> None:
    """Put the answer beside the key, in the same transaction as the effect."""
    sql = "UPDATE core_idempotency SET status = ?, answer = ? WHERE `key` = ?"
    sealed = crypto.encrypt(answer.decode(), field="idempotency.answer", row=key)
    await execute(sql, status, sealed, key)


async def stored(key: str, request: str) -> Stored | None:
    """The first answer. Raises KeyReused when the key came with another request."""
    sql = "SELECT request, status, answer FROM core_idempotency WHERE `key` = ?"
    found = await rows(sql, key)
    if not found:
        return None
    if found[0]["request"] != request:
        raise KeyReused
    answer = crypto.decrypt(found[0]["answer"], field="idempotency.answer", row=key)
    return Stored(found[0]["status"], answer.encode())


@every(seconds=3600)
async def forget_old_keys() -> None:
    await Key.filter(created_at__lt=clock.now() - KEPT).delete()
