"""Orders as cards of a list, as the one who looks may see them.

Of a card only a running deadline changes by itself. All else is a pure function of the row and of
what the one who looks may see, so it is written as JSON once and remembered under exactly that.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import moment, tuples
from backend.engines.clocks import queries as clocks
from backend.engines.orders import queries as orders
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity
from backend.settings import settings

REMEMBERED = 4096
"""Cards a process keeps as JSON: some 2 kB each."""


class Card(NamedTuple):
    """A row of `COLUMNS`."""

    id: int
    kind: str
    title: str
    status: str
    version: int
    grade: str
    place: str
    compound_name: str
    area_id: int
    area_path: str
    created_at: Any
    updated_at: Any
    picture_id: int | None
    handler_id: int | None
    handler_role: str
    clock: str | None
    clock_state: str
    clock_since: Any
    due_at: Any
    remind_at: Any
    returned: int
    urged: int
    is_hidden: int
    reporter_id: int | None
    latitude: int | None
    longitude: int | None


COLUMNS = ", ".join(f"o.{name}" for name in Card._fields)

_STATUS_NAMES = {one.value: one.label for one in orders.OrderStatus}
_GRADE_NAMES = {one.value: one.label for one in orders.Grade}


class View(NamedTuple):
    """What of an order is not the same for everyone who looks."""

    is_hidden: bool
    picture_url: str | None
    handler_name: str | None


PLAIN = View(is_hidden=False, picture_url=None, handler_name=None)


async def select(scope: orders.Scope, order: str, limit: int) -> list[Card]:
    sql = f"SELECT {COLUMNS} FROM orders_order o WHERE {scope.where} ORDER BY {order} LIMIT ?"  # noqa: S608
    return list(map(Card._make, await tuples(sql, *scope.params, limit)))


async def listed(found: Sequence[Card], actor: Actor) -> msgspec.Raw:
    """A list of cards as JSON; pictures with one query for all, and handlers with another."""
    return msgspec.Raw(b"[%b]" % b",".join(await _told(found, actor)))


async def one(row: Card, actor: Actor) -> msgspec.Raw:
    """A single card as JSON."""
    return msgspec.Raw((await _told([row], actor))[0])


async def _told(found: Sequence[Card], actor: Actor) -> list[bytes]:
    now = clock.now()
    pictures = [row.picture_id for row in found if row.picture_id]
    handlers = [row.handler_id for row in found if row.handler_id]
    links = await files.links(pictures) if pictures else {}
    names = await identity.names(handlers) if handlers else {}
    return [_at(_written(row, view(row, actor, links, names)), now) for row in found]


def view(row: Card, actor: Actor, links: Mapping[int, Any], names: orders.Names) -> View:
    """The order's look for this actor, with the links and names that were looked up."""
    if not (row.is_hidden or row.picture_id or row.handler_id):
        return PLAIN
    is_hidden = bool(row.is_hidden) and orders.is_hidden_from(row, actor)
    link = links.get(row.picture_id) if row.picture_id and not is_hidden else None
    return View(is_hidden, link and (link.thumb_url or link.url), handler_name(row, actor, names))


def handler_name(row: Card, actor: Actor, names: orders.Names) -> str | None:
    """In full to colleagues, by settings.staff_names to who reported; None while nobody has it."""
    if not row.handler_id:
        return None
    name = orders.called(names, row.handler_id)
    if row.reporter_id != actor.user_id or actor.user_id == row.handler_id:
        return name
    return orders.staff_name(name, row.handler_role, settings().staff_names)


def shown(row: Card, seen: View, now: datetime) -> dict[str, Any]:
    """The card at a moment. Shape: schemas.OrderCard of the orders."""
    return {**_steady(row, seen), "clock": _clock(row, now)}


def _steady(row: Card, seen: View) -> dict[str, Any]:
    created = _aware(row.created_at)
    return {
        "id": row.id,
        "number": orders.number(row.id, created),
        "kind": row.kind,
        "kind_name": orders.kind_name(row.kind),
        "title": orders.HIDDEN_TITLE if seen.is_hidden else row.title,
        "status": row.status,
        "status_name": _STATUS_NAMES[row.status],
        "grade": row.grade,
        "grade_name": _GRADE_NAMES[row.grade],
        "place": row.place,
        "compound_name": row.compound_name,
        "area_id": row.area_id,
        "created_at": created,
        "updated_at": moment(row.updated_at),
        "picture_url": seen.picture_url,
        "handler_name": seen.handler_name,
        "latitude": _degrees(row.latitude),
        "longitude": _degrees(row.longitude),
        "version": row.version,
        "returned": row.returned,
        "urged": row.urged,
    }


def _aware(value: Any) -> datetime:
    at = moment(value)
    assert at is not None
    return at


def _degrees(value: int | None) -> float | None:
    return None if value is None else value / 1_000_000


def _clock(row: Card, now: datetime) -> dict[str, Any] | None:
    if row.clock is None:
        return None
    since = row.clock_since
    deadline = clocks.Deadline(row.clock, row.clock_state, row.due_at, row.remind_at, since, since)
    return clocks.shown(deadline, now)


class _Written(NamedTuple):
    """A card as JSON: whole, or up to what its running deadline says at the moment."""

    text: bytes
    due_at: datetime | None = None
    remind_at: datetime | None = None


@lru_cache(maxsize=REMEMBERED)
def _written(row: Card, seen: View) -> _Written:
    due = moment(row.due_at)
    if row.clock is None or row.clock_state != clocks.RUNNING or due is None:
        # What stands still is the same at any moment.
        return _Written(msgspec.json.encode(shown(row, seen, _aware(row.updated_at))))
    deadline = _clock(row, due) or {}
    fixed = {name: deadline[name] for name in deadline if name not in clocks.MOVING}
    head, tail = msgspec.json.encode(_steady(row, seen)), msgspec.json.encode(fixed)
    text = head[:-1] + b',"clock":' + tail[:-1]
    return _Written(text, due, moment(row.remind_at))


def _at(card: _Written, now: datetime) -> bytes:
    text, due, remind = card
    if due is None:
        return text
    state, left = clocks.running(due, remind, now)
    return b'%b,"state":"%b","left_seconds":%d}}' % (text, state.encode(), left)
