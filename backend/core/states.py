"""Lives of things: one table of named moves each, and one way to make a move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from backend.core.actor import Actor, Permission
from backend.core.database import execute
from backend.core.errors import Conflict, Forbidden, NotFound, StaleVersion, WrongState

S = TypeVar("S", bound=StrEnum)

REFUSALS = (NotFound, Forbidden, WrongState, StaleVersion, Conflict)
"""What a route that makes a move may answer instead."""


@dataclass(frozen=True)
class Move(Generic[S]):
    """`targets` is empty for a move that leaves the status as it is, and has several members for
    one that goes back to where the thing came from."""

    name: str
    sources: frozenset[S]
    targets: frozenset[S]
    who: Permission


MoveRow = tuple[str, Iterable[S], "S | Iterable[S] | None", Permission]


def moves(*table: MoveRow[S]) -> dict[str, Move[S]]:
    """The table by name: (move, from, to, who)."""
    made: dict[str, Move[S]] = {}
    for name, sources, target, who in table:
        if name in made:
            raise ValueError(f"move {name} stands twice in the table")
        made[name] = Move(name, frozenset(sources), _targets(target), who)
    return made


def _targets(target: "S | Iterable[S] | None") -> frozenset[S]:
    if target is None:
        return frozenset()
    return frozenset({target}) if isinstance(target, StrEnum) else frozenset(target)


class Stateful(Protocol[S]):
    """A row with a life. `may` says whether the actor stands to this very row as the move asks."""

    id: Any
    status: S
    version: int
    _meta: Any
    """Of Tortoise: the table, and its columns."""

    def may(self, actor: Actor, who: Permission) -> bool: ...


def moves_open_to(table: Mapping[str, Move[S]], row: Stateful[S], actor: Actor) -> list[str]:
    """The names of the moves that the actor could make now, in the table's order."""
    return [
        move.name
        for move in table.values()
        if row.status in move.sources and row.may(actor, move.who)
    ]


def check(row: Stateful[S], move: Move[S], actor: Actor, version: int | None = None) -> None:
    """Raise Forbidden, WrongState or StaleVersion when the actor cannot make the move now."""
    if not row.may(actor, move.who):
        raise Forbidden(move=move.name)
    if row.status not in move.sources:
        raise WrongState(move=move.name, status=str(row.status))
    if version is not None and version != row.version:
        raise StaleVersion(version=row.version)


async def make(
    row: Stateful[S],
    move: Move[S],
    actor: Actor,
    *,
    to: S | None = None,
    version: int | None = None,
    **changes: Any,
) -> None:
    """Make the move, or raise. Conditional on status and version: of two rivals one wins.

    `to` chooses among several targets; `version` is what the client saw; `changes` are further
    columns written in the same UPDATE. Raises Conflict for the rival that came second.
    """
    check(row, move, actor, version)
    target = to or (next(iter(move.targets)) if move.targets else row.status)
    if target not in (move.targets or {row.status}):
        raise ValueError(f"{move.name} does not lead to {target}")
    if not await _moved(row, {"status": target, **changes}):
        raise Conflict(move=move.name)
    row.status = target
    row.version += 1
    for name, value in changes.items():
        setattr(row, name, value)


async def _moved(row: Stateful[S], columns: dict[str, Any]) -> bool:
    """Whether the row was still as it was read, and is as `columns` say now."""
    model = type(row)
    fields = model._meta.fields_map  # noqa: SLF001 - they know how a column keeps a value
    values = [fields[name].to_db_value(value, model) for name, value in columns.items()]
    values += [row.id, fields["status"].to_db_value(row.status, model), row.version]
    return await execute(_update(model._meta.db_table, tuple(columns)), *values) == 1  # noqa: SLF001


@lru_cache(maxsize=512)
def _update(table: str, columns: tuple[str, ...]) -> str:
    changed = ", ".join(f"`{name}` = ?" for name in columns)
    return (
        f"UPDATE `{table}` SET {changed}, version = version + 1 "  # noqa: S608
        "WHERE id = ? AND status = ? AND version = ?"
    )
