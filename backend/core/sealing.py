"""Which columns hold sealed text, so that a rotation of keys reaches every one of them.

A room says it of its own columns beside its models. What nobody names here is lost with the key
that sealed it.
"""

from dataclasses import dataclass
from typing import Any

from tortoise.models import Model

from backend.core import crypto
from backend.core.database import execute, rows, transaction

BATCH = 500


@dataclass(frozen=True)
class Column:
    """`field` and the value of `row` are what the text is bound to, as in `core.crypto`; `index`
    is the column of its blind index, if it has one."""

    model: type[Model]
    name: str
    field: str
    row: str
    index: str | None


_columns: list[Column] = []


def column(
    model: type[Model], name: str, *, field: str, row: str = "id", index: str | None = None
) -> None:
    """Make a sealed column known."""
    _columns.append(Column(model, name, field, row, index))


async def seal_anew(batch: int = BATCH) -> int:
    """Seal with the newest key what older ones sealed, indexes too; say how many values.

    In transactions of `batch` rows. What an older process writes meanwhile is left to the next
    time: run it until it says 0. Raises WrongKey for a text that does not open.
    """
    return sum([await _seal_column(one, batch) for one in _columns])


async def _seal_column(one: Column, batch: int) -> int:
    done, last = 0, one.model._meta.pk.field_type()  # noqa: SLF001 - 0 or "", before all others
    while True:
        async with transaction():
            found = await _following(one, last, batch)
            done += sum([await _seal(one, row) for row in found])
        if not found:
            return done
        last = found[-1]["pk"]


async def _following(one: Column, last: Any, batch: int) -> list[dict[str, Any]]:
    meta = one.model._meta  # noqa: SLF001
    return await rows(
        f"SELECT `{meta.pk_attr}` AS pk, `{one.row}` AS bound, `{one.name}` AS sealed "  # noqa: S608
        f"FROM {meta.db_table} WHERE `{meta.pk_attr}` > ? ORDER BY `{meta.pk_attr}` LIMIT ?",
        last,
        batch,
    )


async def _seal(one: Column, row: dict[str, Any]) -> int:
    old, meta = row["sealed"], one.model._meta  # noqa: SLF001
    if not old or crypto.is_current(old):
        return 0
    text = crypto.decrypt(old, field=one.field, row=row["bound"])
    changed = {one.name: crypto.encrypt(text, field=one.field, row=row["bound"])}
    if one.index is not None:
        changed[one.index] = crypto.blind_index(text, field=one.field)
    columns = ", ".join(f"`{name}` = ?" for name in changed)
    return await execute(
        f"UPDATE {meta.db_table} SET {columns} WHERE `{meta.pk_attr}` = ? AND `{one.name}` = ?",  # noqa: S608
        *changed.values(),
        row["pk"],
        old,
    )
