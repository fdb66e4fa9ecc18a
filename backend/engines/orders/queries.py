"""Reading orders: constant SQL, plain dicts, never more than the actor may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from backend.core.actor import Actor, Post
from backend.core.database import below, marks, moment
from backend.engines.orders import rules, states
from backend.engines.orders.permissions import COMMUNITY, DEPARTMENT, PROPERTY, P
from backend.engines.orders.permissions import DISPATCHERS as DISPATCHERS
from backend.engines.orders.permissions import HANDLERS as HANDLERS
from backend.engines.orders.rules import MOST_HANDOVERS as MOST_HANDOVERS
from backend.engines.orders.rules import MOST_RETURNS as MOST_RETURNS
from backend.engines.orders.rules import Grade as Grade
from backend.engines.orders.rules import Kind as Kind
from backend.engines.orders.rules import Party as Party
from backend.engines.orders.rules import Question as Question
from backend.engines.orders.rules import QuestionType as QuestionType
from backend.engines.orders.rules import checked_answers as checked_answers
from backend.engines.orders.rules import id_of as id_of
from backend.engines.orders.rules import next_urge as next_urge
from backend.engines.orders.rules import number as number
from backend.engines.orders.rules import staff_name as staff_name
from backend.engines.orders.rules import title_from as title_from
from backend.engines.orders.schemas import DutyOut as DutyOut
from backend.engines.orders.schemas import FileIds as FileIds
from backend.engines.orders.schemas import Latitude as Latitude
from backend.engines.orders.schemas import Longitude as Longitude
from backend.engines.orders.schemas import MoveBody as MoveBody
from backend.engines.orders.schemas import NoteBody as NoteBody
from backend.engines.orders.schemas import OrderCard as OrderCard
from backend.engines.orders.schemas import OrderDetail as OrderDetail
from backend.engines.orders.schemas import PartyName as PartyName
from backend.engines.orders.schemas import ReasonBody as ReasonBody
from backend.engines.orders.schemas import ReplyBody as ReplyBody
from backend.engines.orders.schemas import Say as Say
from backend.engines.orders.schemas import UnitOut as UnitOut
from backend.engines.orders.states import IN_HAND as IN_HAND
from backend.engines.orders.states import OPEN as OPEN
from backend.engines.orders.states import OrderStatus as OrderStatus
from backend.foundation.identity.queries import Name

HIDDEN_TITLE = "内容正在核实"
TOPIC = "orders"
"""Of the live hub's messages, those about orders."""
NOTHING = "1 = 0"
SCOPES = 1024
"""Conditions a process remembers, by who asks as what."""


Names = Mapping[int, Name]


@dataclass(frozen=True)
class Scope:
    """A condition on `orders_order o` and its parameters."""

    where: str
    params: tuple[Any, ...] = ()

    def and_(self, where: str, *params: Any) -> "Scope":
        return Scope(f"{self.where} AND {where}", (*self.params, *params))


def either(scopes: Iterable[Scope]) -> Scope:
    found = list(scopes)
    if not found:
        return Scope(NOTHING)
    where = " OR ".join(f"({one.where})" for one in found)
    return Scope(f"({where})", tuple(value for one in found for value in one.params))


def inside(path: str, column: str = "o.area_path") -> Scope:
    return Scope(f"{column} >= ? AND {column} < ?", below(path))


def _community_reach(post: Post) -> Scope:
    """Orders inside the post's area, and those of the areas above it as a whole."""
    shared = states.shared_paths(post.area_path)
    within = inside(post.area_path)
    if not shared:
        return within
    return either([within, Scope(f"o.area_path IN ({marks(shared)})", tuple(shared))])


def party_of(post: Post) -> Party | None:
    """For whom a post takes orders; None for a post that takes none."""
    for party, roles in (
        (Party.COMMUNITY, COMMUNITY),
        (Party.PROPERTY, PROPERTY),
        (Party.DEPARTMENT, DEPARTMENT),
    ):
        if post.role in roles and (party is Party.COMMUNITY or post.unit_id):
            return party
    return None


def handled_by(post: Post, table: str = "o") -> Scope | None:
    """What the post's colleagues handle: `table` is the order itself or one of its parts."""
    party = party_of(post)
    if party is None:
        return None
    if party is Party.COMMUNITY:
        reach = _community_reach(post)
        return Scope(f"{table}.party = 'community' AND {reach.where}", reach.params)
    unit = Scope(f"{table}.unit_id = ? AND {table}.party = ?", (post.unit_id, str(party)))
    return unit.and_(*spread(inside(post.area_path)))


@lru_cache(maxsize=SCOPES)
def visible_to(actor: Actor) -> Scope:
    """Exactly the orders for which `states.may(…, P.VIEW)` holds."""
    if actor.is_system:
        return Scope("1 = 1")
    found = [
        Scope("o.reporter_id = ?", (actor.user_id,)),
        Scope("o.handler_id = ?", (actor.user_id,)),
    ]
    found += [inside(post.area_path) for post in actor.posts if post.role in DISPATCHERS]
    for post in actor.posts:
        own, part = handled_by(post), handled_by(post, "p")
        if own is not None and part is not None:
            found.append(own)
            exists = f"EXISTS (SELECT 1 FROM order_part p WHERE p.order_id = o.id AND {part.where})"  # noqa: S608
            found.append(Scope(exists, part.params))
    return either(found)


@lru_cache(maxsize=SCOPES)
def pools(posts: tuple[Post, ...]) -> tuple[Scope, ...]:
    """One scope per post, each an index's range in the order of deadlines."""
    return tuple(dict.fromkeys(scope for post in posts if (scope := _pool(post)) is not None))


def _pool(post: Post) -> Scope | None:
    party = party_of(post)
    if party is None:
        return None
    waiting = Scope("o.status = 'pooled'")
    if party is not Party.COMMUNITY:
        unit = Scope("o.unit_id = ? AND o.status = 'pooled' AND o.party = ?", (post.unit_id, party))
        return unit.and_(*spread(inside(post.area_path)))
    waiting = waiting.and_("o.party = 'community'")
    ids = post.area_path.strip("/").split("/")
    if len(ids) < states.COMMUNITY_DEPTH:
        return waiting.and_(*spread(inside(post.area_path)))
    waiting = waiting.and_("o.community_id = ?", int(ids[states.COMMUNITY_DEPTH - 1]))
    if len(ids) == states.COMMUNITY_DEPTH:
        return waiting
    return waiting.and_(*spread(_community_reach(post)))


def spread(scope: Scope) -> tuple[Any, ...]:
    return (scope.where, *scope.params)


@dataclass
class Seen:
    """An order's standing, from a raw row: what decides who may do what with it."""

    reporter_id: int | None
    handler_id: int | None
    party: str | None
    unit_id: int | None
    area_path: str
    status: OrderStatus = OrderStatus.REPORTED
    returned: int = 0
    reopened: int = 0
    urged: int = 0
    resolved_at: datetime | None = None
    rated_at: datetime | None = None
    extension: str | None = None
    parts: Sequence[Any] = field(default_factory=list)


def kind_name(key: str) -> str:
    kind = rules.kinds().get(key)
    return kind.name if kind else key


def kinds() -> list[Kind]:
    return list(rules.kinds().values())


def kind_of(key: str) -> Kind:
    """The kind. Raises Invalid."""
    return rules.kind_of(key)


class Judged(Protocol):
    """What of an order decides who reads a text that moderation keeps back."""

    @property
    def is_hidden(self) -> int: ...
    @property
    def reporter_id(self) -> int | None: ...
    @property
    def area_path(self) -> str: ...


def is_hidden_from(row: Judged, actor: Actor) -> bool:
    """Whether moderation keeps the text from this actor: all but its writer and dispatchers."""
    return (
        bool(row.is_hidden)
        and row.reporter_id != actor.user_id
        and not any(post.role in DISPATCHERS and post.covers(row.area_path) for post in actor.posts)
    )


def called(names: Names, user_id: int) -> str:
    """The person's name among those looked up."""
    return names[user_id].name if user_id in names else ""


def decoded(value: Any) -> Any:
    """A JSON column of a raw row."""
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value


class Part(msgspec.Struct):
    """A co-handler's part, from a raw row."""

    id: int
    party: str
    unit_id: int | None
    unit_name: str
    note: str
    result: str | None
    closed_at: Any


def seen(row: dict[str, Any], parts: Sequence[Part]) -> Seen:
    """The standing of a row of `DETAIL`."""
    return Seen(
        status=OrderStatus(row["status"]),
        reporter_id=row["reporter_id"],
        handler_id=row["handler_id"],
        party=row["party"],
        unit_id=row["unit_id"],
        area_path=row["area_path"],
        returned=row["returned"],
        reopened=row["reopened"],
        urged=row["urged"],
        resolved_at=moment(row["resolved_at"]),
        rated_at=moment(row["rated_at"]),
        extension=row["extension"],
        parts=parts,
    )


def moves_open(standing: Seen, actor: Actor) -> list[str]:
    """The moves open to the actor now."""
    return states.moves_open(standing, actor)


def oversees(order: states.Standing, actor: Actor) -> bool:
    """Whether the actor dispatches where the order is."""
    return actor.is_system or states.is_dispatcher(order, actor)


def works_on(order: states.Standing, part: states.Part, actor: Actor) -> bool:
    """Whether this part is, or was, for the actor's unit or community to close."""
    return states.works_on(order, part, actor)


def may_see(standing: dict[str, Any], actor: Actor) -> bool:
    """Whether an order of this standing, as a live message tells it, is the actor's to see."""
    parts = [Part(0, party, unit_id, "", "", None, None) for party, unit_id in standing["parts"]]
    facts = {**standing, "parts": parts}
    return states.may(Seen(**facts), actor, P.VIEW)
