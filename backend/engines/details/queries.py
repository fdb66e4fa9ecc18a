"""One order in full, as far as the one who looks may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from backend.core import clock, crypto
from backend.core.actor import Actor
from backend.core.database import moment, one_connection, tuples
from backend.core.errors import NotFound
from backend.engines.cards import queries as cards
from backend.engines.cards.queries import Card
from backend.engines.clocks import queries as clocks
from backend.engines.details.messages import promise_of, title_of
from backend.engines.orders import queries as orders
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity
from backend.settings import settings

_MORE = (
    "text, answers, is_anonymous, behalf, seal, voice_id, duty, candidates, party, unit_id, "
    "unit_name, round, reopened, urged_at, extension, extension_hours, extension_reason, stars, "
    "is_solved, rating_text, resolved_at, rated_at, close_at"
)
_NAMES = (*Card._fields, *_MORE.split(", "))
DETAIL = ", ".join(f"o.{name}" for name in _NAMES)


class _Step(NamedTuple):
    """A row of the history."""

    id: int
    at: Any
    move: str
    actor_id: int | None
    actor_role: str
    note: str
    is_public: int
    is_hidden: int
    facts: Any


class _Attached(NamedTuple):
    """A row of the files."""

    file_id: int
    event_id: int | None
    stage: str
    is_voice: int


def _of_order(table: str, columns: Iterable[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM {table} WHERE order_id = ? ORDER BY id"  # noqa: S608


_STEPS = _of_order("order_event", _Step._fields)
_FILES = _of_order("order_file", _Attached._fields)
_PARTS = _of_order("order_part", orders.Part.__struct_fields__)


@dataclass
class _Found:
    """What there is about an order, before it is asked who looks."""

    card: Card
    row: dict[str, Any]
    parts: list[orders.Part]
    attached: list[_Attached]
    links: dict[int, Any]
    history: list[_Step]
    names: orders.Names
    clocks: list[dict[str, Any]]


@dataclass
class _View:
    """Who looks at what: decided once, used for every line."""

    actor: Actor
    row: dict[str, Any]
    standing: orders.Seen
    is_hidden: bool
    is_reporter: bool
    is_dispatcher: bool
    is_handler: bool
    policy: str
    names: orders.Names

    def name(self, role: str, user_id: int | None) -> str:
        """How the reader knows who did a step."""
        if role == "system":
            return "系统"
        if role == "resident" or user_id is None:
            return "我" if user_id == self.actor.user_id else "居民"
        name = orders.called(self.names, user_id)
        if self.is_reporter and user_id != self.actor.user_id:
            return orders.staff_name(name, role, self.policy)
        return name


async def detail(actor: Actor, order_id: int, *, is_checked: bool = False) -> dict[str, Any]:
    """Everything the actor may see of an order. Raises NotFound.

    `is_checked`: the actor has just made a move on it, and sees the outcome even when the order
    is no longer theirs.
    """
    scope = orders.Scope("o.id = ?", (order_id,))
    if not is_checked:
        scope = scope.and_(*orders.spread(orders.visible_to(actor)))
    now = clock.now()
    async with one_connection():
        found = await _find(scope, order_id, now)
    look = cards.view(found.card, actor, found.links, found.names)
    view = _view(found, actor, is_hidden=look.is_hidden)
    return {
        **cards.shown(found.card, look, now),
        **_content(view, found),
        "reporter": await _reporter(view),
        "clocks": found.clocks,
        "parts": [_part(one, view) for one in found.parts],
        "moves": orders.moves_open(view.standing, actor),
    }


async def _find(scope: orders.Scope, order_id: int, now: datetime) -> _Found:
    found = await tuples(f"SELECT {DETAIL} FROM orders_order o WHERE {scope.where}", *scope.params)  # noqa: S608
    if not found:
        raise NotFound("没有找到这件工单")
    row = dict(zip(_NAMES, found[0], strict=True))
    parts = [orders.Part(*one) for one in await tuples(_PARTS, order_id)]
    attached = [_Attached._make(one) for one in await tuples(_FILES, order_id)]
    links = await files.links([one.file_id for one in attached])
    steps = [_Step._make(one) for one in await tuples(_STEPS, order_id)]
    history = [one._replace(facts=orders.decoded(one.facts)) for one in steps]
    names = await identity.names(_people(row, history))
    timers = await clocks.of_order(order_id, row["round"], now) if row["round"] else []
    card = Card._make(found[0][: len(Card._fields)])
    return _Found(card, row, parts, attached, links, history, names, timers)


def _people(row: dict[str, Any], history: list[_Step]) -> set[int]:
    """Everyone whose name may be needed: who handles and reported, and the staff of the steps."""
    known = {one.actor_id for one in history if one.actor_role != "resident"}
    known |= {one.facts.get("handler_id") for one in history}
    known |= {row["handler_id"], row["reporter_id"]}
    return {one for one in known if one}


def _view(found: _Found, actor: Actor, *, is_hidden: bool) -> _View:
    row, standing = found.row, orders.seen(found.row, found.parts)
    return _View(
        actor=actor,
        row=row,
        standing=standing,
        is_hidden=is_hidden,
        is_reporter=row["reporter_id"] is not None and row["reporter_id"] == actor.user_id,
        is_dispatcher=orders.oversees(standing, actor),
        is_handler=row["handler_id"] is not None and row["handler_id"] == actor.user_id,
        policy=settings().staff_names,
        names=found.names,
    )


def _content(view: _View, found: _Found) -> dict[str, Any]:
    row, hidden = view.row, view.is_hidden
    shown = [] if hidden else _files(view, found)
    voices = {one.file_id for one in found.attached if one.is_voice}
    by_event: dict[int | None, list[dict[str, Any]]] = {}
    for one in shown:
        by_event.setdefault(one.pop("event_id"), []).append(one)
    return {
        "text": orders.HIDDEN_TITLE if hidden else row["text"],
        "answers": [] if hidden else _answers(row),
        "files": [one for one in shown if one["id"] not in voices],
        "voice": next((one for one in shown if one["id"] in voices), None),
        "duty": _as_kept(row["duty"]),
        "candidates": _as_kept(row["candidates"]) if view.is_dispatcher else None,
        "unit": {"id": row["unit_id"], "name": row["unit_name"]} if row["unit_id"] else None,
        "party": row["party"],
        "history": [_step(one, by_event.get(one.id, []), view) for one in found.history],
        "rating": _rating(row),
        "urge": _urge(row),
        "extension": _extension(row),
        "promise_text": _promise(row),
    }


def _as_kept(value: Any) -> Any:
    """A JSON column that is shown as it is kept: not read, only passed on."""
    return msgspec.Raw(value) if isinstance(value, str | bytes) else value


def _answers(row: dict[str, Any]) -> list[dict[str, str]]:
    given = orders.decoded(row["answers"])
    return [{"label": one["label"], "answer": one["answer"]} for one in given]


def _files(view: _View, found: _Found) -> list[dict[str, Any]]:
    makers = {one.id: one for one in found.history}
    shown = []
    for one in found.attached:
        link, maker = found.links.get(one.file_id), makers.get(one.event_id or 0)
        if link is not None:
            by = view.name(maker.actor_role, maker.actor_id) if maker else ""
            shown.append(_file(one, link, by))
    return shown


def _file(one: _Attached, link: files.FileLink, by: str) -> dict[str, Any]:
    return {
        "id": link.id,
        "kind": link.kind,
        "url": link.url,
        "thumb_url": link.thumb_url,
        "seconds": link.seconds,
        "stage": one.stage,
        "by": by,
        "event_id": one.event_id,
    }


def _step(one: _Step, pictures: list[dict[str, Any]], view: _View) -> dict[str, Any]:
    facts = one.facts
    handler = ""
    if facts.get("handler_id"):
        handler = view.name(facts.get("handler_role", ""), facts["handler_id"])
    is_kept = one.is_hidden and not view.is_dispatcher and one.actor_id != view.actor.user_id
    is_shown = (one.is_public or not view.is_reporter) and not is_kept
    return {
        "id": one.id,
        "at": moment(one.at),
        "move": one.move,
        "title": title_of(one.move, facts, handler),
        "text": one.note if is_shown else "",
        "who": view.name(one.actor_role, one.actor_id),
        "files": pictures,
    }


def _part(one: orders.Part, view: _View) -> dict[str, Any]:
    return {
        "id": one.id,
        "unit_name": one.unit_name,
        "status": "closed" if one.closed_at else "open",
        "note": one.note,
        "result": one.result,
        "is_mine": orders.works_on(view.standing, one, view.actor),
    }


async def _reporter(view: _View) -> dict[str, Any] | None:
    """Who reported, as far as the reader's work needs it, phones masked (see `service.reveal`);
    of the anonymous only dispatchers know anything, unless they handle it themselves."""
    row, knows_who = view.row, view.is_dispatcher and not view.is_handler
    if view.is_reporter:
        told: dict[str, Any] = {"name": "我", "phone": None}
    elif row["reporter_id"] is None or (row["is_anonymous"] and not knows_who):
        return None
    else:
        told = await _masked(view)
    return {**told, "is_me": view.is_reporter, "is_anonymous": bool(row["is_anonymous"])}


async def _masked(view: _View) -> dict[str, Any]:
    row, is_needed = view.row, view.is_handler or view.is_dispatcher
    if row["behalf"]:
        told = opened_behalf(row["behalf"], row["seal"])
        name, phone = crypto.mask_name(told["name"]), told["phone"]
    else:
        name = orders.called(view.names, row["reporter_id"]) or "居民"
        name = name if is_needed else crypto.mask_name(name)
        phone = await identity.phone_of(row["reporter_id"]) if is_needed else None
    return {"name": name, "phone": crypto.mask_phone(phone) if phone and is_needed else None}


def opened_behalf(behalf: str, seal: str) -> dict[str, Any]:
    """`{name, phone}` in plain of whom staff reported for."""
    told: dict[str, Any] = msgspec.json.decode(
        crypto.decrypt(behalf, field="order.behalf", row=seal)
    )
    return told


def _rating(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["stars"] is None:
        return None
    return {
        "stars": row["stars"],
        "is_solved": bool(row["is_solved"]),
        "text": row["rating_text"],
    }


def _urge(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "count": row["urged"],
        "next_at": orders.next_urge(row["urged"], moment(row["urged_at"])),
    }


def _extension(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["extension"] is None:
        return None
    return {
        "hours": row["extension_hours"],
        "reason": row["extension_reason"],
        "status": row["extension"],
    }


def _promise(row: dict[str, Any]) -> str:
    due = moment(row["due_at"])
    return promise_of(row["status"], row["clock"] or "", due, moment(row["close_at"]))
