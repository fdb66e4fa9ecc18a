"""The life of an order: one table of named moves, and how a person stands to an order."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from backend.core import clock
from backend.core.actor import Actor, Permission, Post, Role
from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.orders import rules
from backend.engines.orders.permissions import COMMUNITY, DEPARTMENT, PROPERTY, P
from backend.engines.orders.rules import Party


class OrderStatus(Labelled):
    REPORTED = "reported", "待受理"
    ACCEPTED = "accepted", "待分派"
    POOLED = "pooled", "待接单"
    ASSIGNED = "assigned", "已交办"
    TAKEN = "taken", "已接单"
    CONTACTED = "contacted", "已联系"
    ARRIVED = "arrived", "已到场"
    SUSPENDED = "suspended", "已挂起"
    RESOLVED = "resolved", "已办结"
    CLOSED = "closed", "已结束"
    WITHDRAWN = "withdrawn", "已撤回"


S = OrderStatus
WAITING = frozenset({S.REPORTED, S.ACCEPTED})
OFFERED = frozenset({S.POOLED, S.ASSIGNED})
IN_HAND = frozenset({S.TAKEN, S.CONTACTED, S.ARRIVED})
HELD = IN_HAND | {S.SUSPENDED}
OPEN = WAITING | OFFERED | HELD
ENDED = frozenset({S.CLOSED, S.WITHDRAWN})

MOVES = moves(
    ("accept", {S.REPORTED}, S.ACCEPTED, P.DISPATCH),
    ("dispatch", {S.ACCEPTED, *OFFERED}, S.POOLED, P.DISPATCH),
    ("assign", {S.ACCEPTED, *OFFERED, *IN_HAND}, S.ASSIGNED, P.ASSIGN),
    ("take", OFFERED, S.TAKEN, P.TAKE),
    ("decline", {S.ASSIGNED}, S.POOLED, P.HANDLE),
    ("contact", IN_HAND, IN_HAND, P.HANDLE),
    ("arrive", {S.TAKEN, S.CONTACTED}, S.ARRIVED, P.HANDLE),
    ("resolve", {S.CONTACTED, S.ARRIVED}, S.RESOLVED, P.HANDLE),
    ("return", {*OFFERED, *IN_HAND}, S.ACCEPTED, P.RETURN),
    ("transfer", {S.ASSIGNED, *IN_HAND}, OFFERED, P.TRANSFER),
    ("ask-co-handlers", {*OFFERED, *HELD}, None, P.ASK),
    ("close-part", {*OFFERED, *HELD}, None, P.CO_HANDLE),
    ("suspend", IN_HAND, S.SUSPENDED, P.HANDLE),
    ("resume", {S.SUSPENDED}, IN_HAND, P.RESUME),
    ("extend", HELD, None, P.EXTEND),
    ("approve-extension", HELD, None, P.RULE_EXTENSION),
    ("refuse-extension", HELD, None, P.RULE_EXTENSION),
    ("urge", OPEN, None, P.URGE),
    ("supplement", OPEN, None, P.SUPPLEMENT),
    ("reply", {S.ACCEPTED, *OFFERED, *HELD, S.RESOLVED}, None, P.REPLY),
    ("withdraw", OPEN - {S.ARRIVED}, S.WITHDRAWN, P.WITHDRAW),
    ("rate", {S.RESOLVED, S.CLOSED}, S.CLOSED, P.RATE),
    ("reopen", {S.RESOLVED, S.CLOSED}, S.ACCEPTED, P.REOPEN),
    ("close", {S.RESOLVED}, S.CLOSED, P.CLOSE),
)


class Part(Protocol):
    """A co-handler's part of an order."""

    @property
    def party(self) -> str: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


class Standing(Protocol):
    """The facts about an order that decide who may do what with it."""

    status: S
    reporter_id: int | None
    handler_id: int | None
    party: str | None
    unit_id: int | None
    area_path: str
    returned: int
    reopened: int
    urged: int
    resolved_at: datetime | None
    rated_at: datetime | None
    extension: str | None

    @property
    def parts(self) -> Sequence[Part]: ...


_TAKERS: dict[str, tuple[Role, ...]] = {
    Party.COMMUNITY: COMMUNITY,
    Party.PROPERTY: PROPERTY,
    Party.DEPARTMENT: DEPARTMENT,
}
COMMUNITY_DEPTH = 3
"""County, street, community: so many ids stand in a community's path."""


def shared_paths(post_path: str) -> list[str]:
    """The areas above a post, up to its community, whose own orders are also the post's.

    An order placed at a community or compound as a whole is anybody's who works inside it.
    """
    ids = post_path.strip("/").split("/")
    return [f"/{'/'.join(ids[:depth])}/" for depth in range(COMMUNITY_DEPTH, len(ids))]


def works_for(post: Post, party: str | None, unit_id: int | None, area_path: str) -> bool:
    """Whether the post belongs to those who handle such orders there."""
    if post.role not in _TAKERS.get(party or "", ()):
        return False
    if party != Party.COMMUNITY:
        return unit_id is not None and post.unit_id == unit_id and post.covers(area_path)
    return post.covers(area_path) or area_path in shared_paths(post.area_path)


def _is_reporter(order: Standing, actor: Actor) -> bool:
    return order.reporter_id is not None and order.reporter_id == actor.user_id


def _is_handler(order: Standing, actor: Actor) -> bool:
    return order.handler_id is not None and order.handler_id == actor.user_id


def _is_colleague(order: Standing, actor: Actor) -> bool:
    """One of the party (and unit) that the order was handed to."""
    return any(works_for(post, order.party, order.unit_id, order.area_path) for post in actor.posts)


def is_dispatcher(order: Standing, actor: Actor) -> bool:
    return actor.may(P.DISPATCH, order.area_path)


def _manages(order: Standing, actor: Actor) -> bool:
    """The manager of the firm that the order was handed to."""
    return order.party == Party.PROPERTY and any(
        post.role is Role.PROPERTY_MANAGER
        and post.unit_id == order.unit_id
        and post.covers(order.area_path)
        for post in actor.posts
    )


def works_on(order: Standing, part: Part, actor: Actor) -> bool:
    """Whether the part was given to those whom the actor works for."""
    return any(works_for(post, part.party, part.unit_id, order.area_path) for post in actor.posts)


def has_part(order: Standing, actor: Actor, *, is_open: bool) -> bool:
    """Whether a part of the order (an open one, if asked) is the actor's to close."""
    return any(
        works_on(order, part, actor)
        for part in order.parts
        if not is_open or part.closed_at is None
    )


def _may_take(order: Standing, actor: Actor) -> bool:
    if order.status == S.ASSIGNED:
        return _is_handler(order, actor)
    return _is_colleague(order, actor)


def _may_return(order: Standing, actor: Actor) -> bool:
    """The handler, or while nobody has taken it the unit it was offered to; twice at most."""
    if order.returned >= rules.MOST_RETURNS:
        return False
    if _is_handler(order, actor):
        return True
    return (
        order.status == S.POOLED and order.party != Party.COMMUNITY and _is_colleague(order, actor)
    )


def _may_reply(order: Standing, actor: Actor) -> bool:
    return (
        _is_handler(order, actor)
        or is_dispatcher(order, actor)
        or (order.party != Party.COMMUNITY and _is_colleague(order, actor))
        or has_part(order, actor, is_open=False)
    )


def _may_reopen(order: Standing, actor: Actor) -> bool:
    return (
        _is_reporter(order, actor)
        and order.reopened < rules.MOST_REOPENINGS
        and order.resolved_at is not None
        and clock.now() < order.resolved_at + rules.REOPEN_WITHIN
    )


def _may_view(order: Standing, actor: Actor) -> bool:
    return (
        _is_reporter(order, actor)
        or _is_handler(order, actor)
        or is_dispatcher(order, actor)
        or _is_colleague(order, actor)
        or has_part(order, actor, is_open=False)
    )


_RELATIONS: dict[Permission, Callable[[Standing, Actor], bool]] = {
    P.VIEW: _may_view,
    P.DISPATCH: is_dispatcher,
    P.ASSIGN: lambda order, actor: (
        is_dispatcher(order, actor) or (order.status != S.ACCEPTED and _manages(order, actor))
    ),
    P.TAKE: _may_take,
    P.HANDLE: _is_handler,
    P.RETURN: _may_return,
    P.TRANSFER: _is_handler,
    P.ASK: lambda order, actor: _is_handler(order, actor) or is_dispatcher(order, actor),
    P.CO_HANDLE: lambda order, actor: has_part(order, actor, is_open=True),
    P.RESUME: lambda order, actor: _is_handler(order, actor) or is_dispatcher(order, actor),
    P.EXTEND: lambda order, actor: _is_handler(order, actor) and order.extension != "pending",
    P.RULE_EXTENSION: lambda order, actor: (
        order.extension == "pending"
        and is_dispatcher(order, actor)
        and not _is_handler(order, actor)
    ),
    P.URGE: lambda order, actor: _is_reporter(order, actor) and order.urged < rules.MOST_URGES,
    P.SUPPLEMENT: _is_reporter,
    P.REPLY: _may_reply,
    P.WITHDRAW: _is_reporter,
    P.RATE: lambda order, actor: (
        _is_reporter(order, actor) and order.rated_at is None and not _is_handler(order, actor)
    ),
    P.REOPEN: _may_reopen,
    P.CLOSE: lambda order, actor: actor.may(P.CLOSE, order.area_path),
}


def may(order: Standing, actor: Actor, who: Permission) -> bool:
    """Whether the actor stands to this very order as the move asks. The house may everything."""
    return actor.is_system or _RELATIONS[who](order, actor)


_FROM = {
    status: [(name, _RELATIONS[move.who]) for name, move in MOVES.items() if status in move.sources]
    for status in S
}
"""The moves out of each status, each with the question who may make it."""


def moves_open(order: Standing, actor: Actor) -> list[str]:
    """The moves that the actor could make now, in the table's order."""
    is_system = actor.is_system
    return [name for name, is_theirs in _FROM[order.status] if is_system or is_theirs(order, actor)]
