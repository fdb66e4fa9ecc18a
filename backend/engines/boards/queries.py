"""What lies before whom: my reports, what I have in hand, my day, a dispatcher's desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import moment, rows
from backend.core.errors import NotFound
from backend.engines.boards.messages import promise_of, title_of
from backend.engines.boards.schemas import DeskQuery, MineQuery
from backend.engines.clocks import queries as clocks
from backend.engines.orders import queries as orders
from backend.foundation.areas import queries as areas
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity
from backend.settings import settings


async def mine(actor: Actor, query: MineQuery) -> dict[str, Any]:
    """What the actor reported, newest first."""
    scope = orders.Scope("o.reporter_id = ?", (actor.user_id,))
    if query.state is not None:
        states_in = ",".join(f"'{one}'" for one in sorted(orders.OPEN))
        scope = scope.and_(f"o.status {'IN' if query.state == 'open' else 'NOT IN'} ({states_in})")
    return await _newest([scope], query.limit, query.cursor, actor)


async def _newest(
    scopes: Sequence[orders.Scope], limit: int, cursor: str | None, actor: Actor
) -> dict[str, Any]:
    before = paging.decode(cursor, int)[0] if cursor else None
    found: dict[int, dict[str, Any]] = {}
    for scope in scopes:
        narrowed = scope.and_("o.id < ?", before) if before is not None else scope
        for row in await orders.select(narrowed, "o.id DESC", limit + 1):
            found[row["id"]] = row
    ranked = [found[one] for one in sorted(found, reverse=True)]
    items, following = paging.cut(ranked, limit, lambda row: (row["id"],))
    return {"items": await orders.cards(items, actor), "next": following}


async def desk(actor: Actor, query: DeskQuery) -> dict[str, Any]:
    """What the actor oversees, newest first, filtered; `q` is a number or words."""
    scopes = orders.desks(actor)
    for where, *params in await _filters(query):
        scopes = [scope.and_(where, *params) for scope in scopes]
    return await _newest(scopes, query.limit, query.cursor, actor)


async def _filters(query: DeskQuery) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    if query.status is not None:
        found.append(("o.status = ?", str(query.status)))
    if query.kind is not None:
        found.append(("o.kind = ?", query.kind))
    if query.area_id is not None:
        found.append(orders.spread(orders.inside(await areas.path_of(query.area_id))))
    if query.q is not None:
        found.append(_words(query.q))
    return found


def _words(text: str) -> tuple[Any, ...]:
    order_id = orders.id_of(text)
    if order_id is not None:
        return ("o.id = ?", order_id)
    like = "%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    # Through the newest orders only: a rare word would read all there ever were.
    where = (
        "o.is_hidden = 0 AND (o.title LIKE ? ESCAPE '!' OR o.text LIKE ? ESCAPE '!') "
        "AND o.id > (SELECT MAX(id) FROM orders_order) - 100000"
    )
    return (where, like, like)


_IN_HAND = "('assigned','taken','contacted','arrived','suspended')"


async def doing(actor: Actor) -> dict[str, Any]:
    """What the actor has in hand, and what is asked of them as co-handler; nearest first."""
    own = orders.Scope(f"o.handler_id = ? AND o.status IN {_IN_HAND}", (actor.user_id,))
    found = {row["id"]: row for row in await orders.select(own, "o.due_at, o.id", 100)}
    for row in await _asked_of(actor):
        found.setdefault(row["id"], row)
    ranked = sorted(found.values(), key=lambda row: (str(row["due_at"]), row["id"]))
    return {"items": await orders.cards(ranked, actor), "next": None}


async def _asked_of(actor: Actor) -> list[dict[str, Any]]:
    """Orders with an open part of the actor's unit or community."""
    found: list[dict[str, Any]] = []
    for post in actor.posts:
        part = orders.handled_by(post, "p")
        if part is None:
            continue
        unit = (
            "p.unit_id = ?"
            if post.unit_id and orders.party_of(post) != orders.Party.COMMUNITY
            else None
        )
        sql = (
            f"SELECT {orders.CARD} FROM order_part p JOIN orders_order o ON o.id = p.order_id "  # noqa: S608
            f"WHERE p.closed_at IS NULL AND {unit or 'p.unit_id IS NULL'} AND {part.where} "
            "AND o.status NOT IN ('accepted','resolved','closed','withdrawn') LIMIT 100"
        )
        found += await rows(sql, *([post.unit_id] if unit else []), *part.params)
    return found


async def day(actor: Actor) -> dict[str, Any]:
    """Shape: `{due, waiting, returned, done_today}`; see schemas.Day."""
    held = (await doing(actor))["items"]
    came_back = orders.Scope(
        "o.reopened > 0 AND o.status NOT IN ('resolved','closed','withdrawn') AND o.id IN "
        "(SELECT e.order_id FROM order_event e WHERE e.actor_id = ? AND e.move = 'resolve' "
        "AND e.at > ?)",
        (actor.user_id, clock.now() - timedelta(days=60)),
    )
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    done = await rows(
        "SELECT COUNT(DISTINCT order_id) AS n FROM order_event "
        "WHERE actor_id = ? AND move = 'resolve' AND at >= ?",
        actor.user_id,
        midnight,
    )
    return {
        "due": [one for one in held if one["status"] != "suspended"],
        "waiting": [one for one in held if one["status"] == "suspended"],
        "returned": await orders.cards(await orders.select(came_back, "o.id DESC", 50), actor),
        "done_today": int(done[0]["n"]),
    }


DETAIL = orders.CARD + (
    ", o.text, o.answers, o.is_anonymous, o.behalf, o.seal, o.latitude, o.longitude, o.voice_id, "
    "o.duty, o.candidates, o.party, o.unit_id, o.unit_name, o.round, o.reopened, o.urged_at, "
    "o.extension, o.extension_hours, o.extension_reason, o.stars, o.is_solved, o.rating_text, "
    "o.resolved_at, o.rated_at, o.close_at"
)
_EVENTS = (
    "SELECT id, at, move, actor_id, actor_role, actor_name, note, is_public, is_hidden, facts "
    "FROM order_event WHERE order_id = ? ORDER BY id"
)
_PARTS = (
    "SELECT id, party, unit_id, unit_name, note, result, closed_at FROM order_part "
    "WHERE order_id = ? ORDER BY id"
)
_FILES = "SELECT file_id, event_id, stage, is_voice FROM order_file WHERE order_id = ? ORDER BY id"


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

    def name(self, name: str, role: str, user_id: int | None) -> str:
        """How the reader knows who did a step."""
        if role == "system":
            return "系统"
        if role == "resident" or user_id is None:
            return "我" if user_id == self.actor.user_id else "居民"
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
    found = await rows(f"SELECT {DETAIL} FROM orders_order o WHERE {scope.where}", *scope.params)  # noqa: S608
    if not found:
        raise NotFound("没有找到这件工单")
    row, now = found[0], clock.now()
    parts = [orders.Part(**one) for one in await rows(_PARTS, order_id)]
    view = _view(row, actor, orders.seen(row, parts))
    attached = await rows(_FILES, order_id)
    links = await files.links([one["file_id"] for one in attached])
    history = await rows(_EVENTS, order_id)
    timers = await clocks.of_order(order_id, row["round"], now) if row["round"] else []
    shown = orders.card(row, actor, now, links)
    shown |= _content(view, attached, links, history)
    shown |= {
        "reporter": await _reporter(view),
        "clocks": timers,
        "parts": [_part(one, view) for one in parts],
        "moves": orders.moves_open(view.standing, actor),
    }
    return shown


def _view(row: dict[str, Any], actor: Actor, standing: orders.Seen) -> _View:
    return _View(
        actor=actor,
        row=row,
        standing=standing,
        is_hidden=orders.is_hidden_from(row, actor),
        is_reporter=row["reporter_id"] is not None and row["reporter_id"] == actor.user_id,
        is_dispatcher=orders.oversees(standing, actor),
        is_handler=row["handler_id"] is not None and row["handler_id"] == actor.user_id,
        policy=settings().staff_names,
    )


def _content(
    view: _View,
    attached: list[dict[str, Any]],
    links: dict[int, Any],
    history: list[dict[str, Any]],
) -> dict[str, Any]:
    row = view.row
    hidden = view.is_hidden
    makers = {one["id"]: one for one in history}
    shown = [] if hidden else [_file(one, links, makers, view) for one in attached]
    pictures = [one for one in shown if one is not None]
    voices = {one["file_id"] for one in attached if one["is_voice"]}
    by_event: dict[int, list[dict[str, Any]]] = {}
    for one in pictures:
        by_event.setdefault(one.pop("event_id"), []).append(one)
    return {
        "text": orders.HIDDEN_TITLE if hidden else row["text"],
        "answers": [] if hidden else _answers(row),
        "files": [one for one in pictures if one["id"] not in voices],
        "voice": next((one for one in pictures if one["id"] in voices), None),
        "latitude": _degrees(row["latitude"]),
        "longitude": _degrees(row["longitude"]),
        "duty": orders.decoded(row["duty"]),
        "candidates": orders.decoded(row["candidates"]) if view.is_dispatcher else None,
        "unit": {"id": row["unit_id"], "name": row["unit_name"]} if row["unit_id"] else None,
        "party": row["party"],
        "history": [_step(one, by_event.get(one["id"], []), view) for one in history],
        "rating": _rating(row),
        "urge": _urge(row),
        "extension": _extension(row),
        "promise_text": _promise(row),
    }


def _answers(row: dict[str, Any]) -> list[dict[str, str]]:
    given = orders.decoded(row["answers"])
    return [{"label": one["label"], "answer": one["answer"]} for one in given]


def _file(
    one: dict[str, Any], links: dict[int, Any], makers: dict[int, Any], view: _View
) -> dict[str, Any] | None:
    link, maker = links.get(one["file_id"]), makers.get(one["event_id"])
    if link is None:
        return None
    by = view.name(maker["actor_name"], maker["actor_role"], maker["actor_id"]) if maker else ""
    return {
        "id": link.id,
        "kind": link.kind,
        "url": link.url,
        "thumb_url": link.thumb_url,
        "seconds": link.seconds,
        "stage": one["stage"],
        "by": by,
        "event_id": one["event_id"],
    }


def _step(one: dict[str, Any], pictures: list[dict[str, Any]], view: _View) -> dict[str, Any]:
    facts = orders.decoded(one["facts"])
    handler = ""
    if facts.get("handler_id"):
        handler = view.name(
            facts.get("handler_name", ""), facts.get("handler_role", ""), facts["handler_id"]
        )
    is_kept = one["is_hidden"] and not view.is_dispatcher and one["actor_id"] != view.actor.user_id
    is_shown = (one["is_public"] or not view.is_reporter) and not is_kept
    return {
        "id": one["id"],
        "at": moment(one["at"]),
        "move": one["move"],
        "title": title_of(one["move"], facts, handler),
        "text": one["note"] if is_shown else "",
        "who": view.name(one["actor_name"], one["actor_role"], one["actor_id"]),
        "files": pictures,
    }


def _part(one: orders.Part, view: _View) -> dict[str, Any]:
    own = orders.Seen(**{**vars(view.standing), "parts": [one]})
    return {
        "id": one.id,
        "unit_name": one.unit_name,
        "status": "closed" if one.closed_at else "open",
        "note": one.note,
        "result": one.result,
        "is_mine": orders.has_part(own, view.actor),
    }


async def _reporter(view: _View) -> dict[str, Any] | None:
    """Who reported, as far as the reader's work needs it: the phone in full for the handler only;
    of the anonymous only dispatchers know anything."""
    row = view.row
    if view.is_reporter:
        told = {"name": "我", "phone": None}
    elif row["reporter_id"] is None or (row["is_anonymous"] and not view.is_dispatcher):
        return None
    else:
        told = _as_needed(await _contact(row), view)
    return {**told, "is_me": view.is_reporter, "is_anonymous": bool(row["is_anonymous"])}


async def _contact(row: dict[str, Any]) -> dict[str, Any]:
    if row["behalf"]:
        sealed = crypto.decrypt(row["behalf"], field="order.behalf", row=row["seal"])
        told: dict[str, Any] = msgspec.json.decode(sealed)
        return told
    known = await identity.names([row["reporter_id"]])
    name = known[row["reporter_id"]].name if row["reporter_id"] in known else "居民"
    return {"name": name, "phone": await identity.phone_of(row["reporter_id"])}


def _as_needed(told: dict[str, Any], view: _View) -> dict[str, Any]:
    name, phone = told["name"], told["phone"]
    if view.is_handler:
        return {"name": name, "phone": phone}
    if view.is_dispatcher:
        return {"name": name, "phone": phone and crypto.mask_phone(phone)}
    return {"name": crypto.mask_name(name), "phone": None}


def _degrees(value: int | None) -> float | None:
    return None if value is None else value / 1_000_000


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
