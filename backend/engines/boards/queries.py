"""What lies before whom: my reports, what I have in hand, my day, a dispatcher's desk."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import moment, rows, tuples
from backend.core.errors import Invalid
from backend.engines.boards.messages import activity_of
from backend.engines.boards.schemas import DeskQuery, MineQuery
from backend.engines.cards import queries as cards
from backend.engines.cards.queries import Card
from backend.engines.orders import queries as orders
from backend.foundation.areas import queries as areas

_OPEN = ",".join(f"'{one}'" for one in sorted(orders.OPEN))


async def pool(actor: Actor, limit: int, cursor: str | None = None) -> dict[str, Any]:
    """Orders the actor could take, nearest deadline first. Shape: `{items, next}`."""
    found = await offered(actor, limit + 1, _after(cursor) if cursor else None)
    items, following = paging.cut(found, limit, lambda row: (_iso(row.due_at), row.id))
    return {"items": await cards.listed(items, actor), "next": following}


async def offered(actor: Actor, limit: int, after: orders.Scope | None = None) -> Sequence[Card]:
    """The rows of the pool: of each of the actor's scopes so many, merged by their deadlines."""
    scopes = orders.pools(actor.posts)
    if after is not None:
        scopes = tuple(scope.and_(*orders.spread(after)) for scope in scopes)
    found = [await cards.select(scope, "o.due_at, o.id", limit) for scope in scopes]
    return found[0] if len(found) == 1 else _by_deadline(row for rows in found for row in rows)


def _by_deadline(found: Iterable[Card]) -> list[Card]:
    """Each order once, nearest deadline first."""
    unique = {row.id: row for row in found}.values()
    return sorted(unique, key=lambda row: (str(row.due_at), row.id))


def _after(cursor: str) -> orders.Scope:
    """What follows a place in the pool. Raises Invalid."""
    due_text, last = paging.decode(cursor, str, int)
    due = _moment_in(due_text)
    return orders.Scope("(o.due_at > ? OR (o.due_at = ? AND o.id > ?))", (due, due, last))


def _iso(value: Any) -> str:
    at = moment(value)
    return at.isoformat() if at else ""


def _moment_in(text: str) -> datetime:
    """The moment inside a cursor. Raises Invalid."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(fields={"cursor": "不是有效的翻页标记"}) from error
    if at.tzinfo is None:
        raise Invalid(fields={"cursor": "不是有效的翻页标记"})
    return at


def desks(actor: Actor) -> list[orders.Scope]:
    """One scope per post that oversees or handles: dispatchers their area, others their party's."""
    found: dict[orders.Scope, None] = {}
    for post in actor.posts:
        if post.role in orders.DISPATCHERS:
            found[_oversight(post.area_path)] = None
        elif (handled := orders.handled_by(post)) is not None:
            found[handled] = None
    return list(found)


def _oversight(path: str) -> orders.Scope:
    """An area's orders, by the column whose index knows them."""
    ids = [part for part in path.split("/") if part]
    if len(ids) < 2:
        return orders.inside(path) if ids else orders.Scope("1 = 1")
    if len(ids) == 2:
        return orders.Scope("o.street_id = ?", (int(ids[1]),))
    community = orders.Scope("o.community_id = ?", (int(ids[2]),))
    return community if len(ids) == 3 else community.and_(*orders.spread(orders.inside(path)))


async def mine(actor: Actor, query: MineQuery) -> dict[str, Any]:
    """What the actor reported, newest first."""
    scope = orders.Scope("o.reporter_id = ?", (actor.user_id,))
    if query.state is not None:
        scope = scope.and_(_state(query.state))
    return await _newest([scope], query.limit, query.cursor, actor)


def _state(state: str) -> str:
    return f"o.status {'IN' if state == 'open' else 'NOT IN'} ({_OPEN})"


async def _newest(
    scopes: Sequence[orders.Scope], limit: int, cursor: str | None, actor: Actor
) -> dict[str, Any]:
    before = paging.decode(cursor, int)[0] if cursor else None
    found: dict[int, Card] = {}
    for scope in scopes:
        narrowed = scope.and_("o.id < ?", before) if before is not None else scope
        for row in await cards.select(narrowed, "o.id DESC", limit + 1):
            found[row.id] = row
    ranked = [found[one] for one in sorted(found, reverse=True)]
    items, following = paging.cut(ranked, limit, lambda row: (row.id,))
    return {"items": await cards.listed(items, actor), "next": following}


async def desk(actor: Actor, query: DeskQuery) -> dict[str, Any]:
    """What the actor oversees, newest first, filtered; `q` is a number or words."""
    scopes = desks(actor)
    for where, *params in await _filters(query):
        scopes = [scope.and_(where, *params) for scope in scopes]
    return await _newest(scopes, query.limit, query.cursor, actor)


async def _filters(query: DeskQuery) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    if query.status is not None:
        found.append(("o.status = ?", str(query.status)))
    if query.state is not None:
        found.append((_state(query.state),))
    if query.extension is not None:
        found.append(("o.extension = ?", query.extension))
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
    return {"items": await cards.listed(await _held(actor), actor), "next": None}


async def _held(actor: Actor) -> list[Card]:
    own = orders.Scope(f"o.handler_id = ? AND o.status IN {_IN_HAND}", (actor.user_id,))
    mine = await cards.select(own, "o.due_at, o.id", 100)
    return _by_deadline([*await _asked_of(actor), *mine])


async def _asked_of(actor: Actor) -> list[Card]:
    """Orders with an open part of the actor's unit or community."""
    found: list[Card] = []
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
            f"SELECT {cards.COLUMNS} FROM order_part p JOIN orders_order o ON o.id = p.order_id "  # noqa: S608
            f"WHERE p.closed_at IS NULL AND {unit or 'p.unit_id IS NULL'} AND {part.where} "
            "AND o.status NOT IN ('accepted','resolved','closed','withdrawn') LIMIT 100"
        )
        asked = await tuples(sql, *([post.unit_id] if unit else []), *part.params)
        found += map(Card._make, asked)
    return found


async def day(actor: Actor) -> dict[str, Any]:
    """Shape: `{due, waiting, returned, done_today}`; see schemas.Day."""
    held = await _held(actor)
    due = [one for one in held if one.status != orders.OrderStatus.SUSPENDED]
    waiting = [one for one in held if one.status == orders.OrderStatus.SUSPENDED]
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
        "due": await cards.listed(due, actor),
        "waiting": await cards.listed(waiting, actor),
        "returned": await cards.listed(await cards.select(came_back, "o.id DESC", 50), actor),
        "done_today": int(done[0]["n"]),
    }


async def lately(community_id: int, limit: int = 5) -> list[dict[str, Any]]:
    """What was resolved nearby, without anybody's name, title or door. Shape: `{text, at}`."""
    found = await rows(_LATELY, community_id, limit)
    return [_neighbour(row) for row in found]


_LATELY = (
    "SELECT kind, compound_name, created_at, resolved_at FROM orders_order "
    "WHERE community_id = ? AND resolved_at IS NOT NULL ORDER BY resolved_at DESC LIMIT ?"
)


def _neighbour(row: dict[str, Any]) -> dict[str, Any]:
    began, done = moment(row["created_at"]), moment(row["resolved_at"])
    return {
        "text": activity_of(orders.kind_name(row["kind"]), row["compound_name"], began, done),
        "at": done,
    }


async def my_open(actor: Actor) -> dict[str, Any]:
    """How many of my orders are open, and the latest of them. Shape: `{open, latest}`."""
    scope = orders.Scope(f"o.reporter_id = ? AND o.status IN ({_OPEN})", (actor.user_id,))
    counted = await rows(
        f"SELECT COUNT(*) AS n FROM orders_order o WHERE {scope.where}",  # noqa: S608
        actor.user_id,
    )
    latest = await cards.select(scope, "o.id DESC", 1)
    told = await cards.one(latest[0], actor) if latest else None
    return {"open": int(counted[0]["n"]), "latest": told}
