"""Reading awards: one's own, those to rule; what was earned, and who confirmed for whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import below, marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.core.states import moves_open_to
from backend.engines.awards import rules
from backend.engines.awards.models import Award as Award
from backend.engines.awards.models import AwardStatus as AwardStatus
from backend.engines.awards.permissions import P
from backend.engines.awards.rules import Deed, Why
from backend.engines.awards.schemas import AwardOut, AwardQuery, MyAward
from backend.engines.awards.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.holdings import queries as holdings
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

_COUNTED = "status IN ('granted', 'held')"
_EARNED = (
    "SELECT COALESCE(SUM(amount), 0) AS sum FROM awards_award "  # noqa: S608
    f"WHERE user_id = ? AND created_at >= ? AND created_at < ? AND {_COUNTED}"
)
_NEXT = (
    "SELECT DISTINCT user_id FROM awards_award WHERE partner_id IN ({}) "  # noqa: S608
    f"AND created_at >= ? AND user_id IS NOT NULL AND {_COUNTED} LIMIT 500"
)
_BETWEEN = (
    "SELECT user_id, COUNT(*) AS count FROM awards_award WHERE created_at >= ? "  # noqa: S608
    f"AND ((user_id = ? AND partner_id = ?) OR (user_id = ? AND partner_id = ?)) AND {_COUNTED} "
    "GROUP BY user_id"
)


def visible_to(actor: Actor) -> QuerySet[Award]:
    """Awards of the places that the actor oversees."""
    if actor.is_system:
        return Award.all()
    return Award.filter(_within(actor.paths(P.OVERSEE)))


def _within(paths: Iterable[str]) -> Q:
    scope = Q(id__lt=0)
    for path in paths:
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


async def get(actor: Actor, award_id: int) -> Award:
    """Raises NotFound for what is not the actor's to oversee."""
    found = await visible_to(actor).get_or_none(id=award_id)
    if found is None:
        raise NotFound("没有这笔积分")
    return found


async def by_key(key: str) -> Award | None:
    """The award of a deed."""
    return await Award.get_or_none(key=key)


# -- limits ----------------------------------------------------------------------------------------


async def earned(
    user_id: int,
    span: tuple[datetime, datetime],
    *,
    kind: str | None = None,
    partner_id: int | None = None,
) -> int:
    """Points that a person earned in a span: in all, of a kind, or by a partner."""
    sql, params = _EARNED, [user_id, *span]
    for column, value in (("kind", kind), ("partner_id", partner_id)):
        if value is not None:
            sql, params = f"{sql} AND {column} = ?", [*params, value]
    return int((await rows(sql, *params))[0]["sum"])


# -- what looks wrong ------------------------------------------------------------------------------


async def suspicions(deed: Deed) -> list[Why]:
    """What makes a deed with a partner look wrong, by what was confirmed so far."""
    if deed.partner_id is None:
        return []
    if deed.partner_id == deed.user_id:
        return [Why.SELF]
    found = [Why.HOME] if await _share_home(deed.user_id, deed.partner_id) else []
    since = clock.now() - rules.LOOK_BACK
    if await _is_mutual(deed.user_id, deed.partner_id, since):
        found.append(Why.MUTUAL)
    if await _closes_ring(deed.user_id, deed.partner_id, since):
        found.append(Why.RING)
    return found


async def _share_home(one: int, other: int) -> bool:
    homes = [
        {each.key for each in await holdings.of_user(who) if each.is_current}
        for who in (one, other)
    ]
    return bool(homes[0] & homes[1])


async def _is_mutual(one: int, other: int, since: datetime) -> bool:
    found = await rows(_BETWEEN, since, one, other, other, one)
    ways = {row["user_id"]: int(row["count"]) for row in found}
    return bool(ways.get(other)) and sum(ways.values()) >= rules.MUTUAL


async def _closes_ring(user_id: int, partner_id: int, since: datetime) -> bool:
    """Whether points already go from the one who earns, over others, to the one who confirms."""
    seen, edge = {user_id}, [user_id]
    for length in range(1, rules.LONGEST_RING):
        found = await rows(_NEXT.format(marks(edge)), *edge, since)
        reached = {int(row["user_id"]) for row in found} - seen
        if partner_id in reached and length > 1:
            return True
        # Two who confirm for each other are no ring: see `_is_mutual`.
        seen |= reached
        edge = sorted(reached - {partner_id})
        if not edge:
            return False
    return False


# -- lists -----------------------------------------------------------------------------------------


async def mine(actor: Actor, query: PageQuery) -> Page[MyAward]:
    """What the actor was awarded, or was not, latest first."""
    found, after = await _page(Award.filter(user_id=actor.user_id), query)
    return Page(items=[MyAward(**_own(one)) for one in found], next=after)


async def listed(actor: Actor, query: AwardQuery) -> Page[AwardOut]:
    """Awards of the actor's places, latest first. Raises NotFound for an area not the actor's."""
    chosen = visible_to(actor)
    if query.area_id is not None:
        paths = await residents.paths_within(actor, P.OVERSEE, query.area_id)
        chosen = chosen.filter(_within(paths))
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    found, after = await _page(chosen, query)
    return Page(items=await shown(actor, found), next=after)


async def _page(chosen: QuerySet[Award], query: PageQuery) -> tuple[list[Award], str | None]:
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    return paging.cut(found, query.limit, lambda one: (one.id,))


async def shown(actor: Actor, found: Sequence[Award]) -> list[AwardOut]:
    """As those who rule see them: people masked."""
    people = {who for one in found for who in (one.user_id, one.partner_id) if who}
    names = await identity.names(people | {one.ruled_by for one in found if one.ruled_by})
    places = await areas.full_names({one.area_path for one in found})

    def masked(user_id: int | None) -> str:
        return crypto.mask_name(names[user_id].name) if user_id in names else ""

    return [
        AwardOut(
            **_own(one),
            person=masked(one.user_id),
            partner=masked(one.partner_id),
            place=places[one.area_path],
            ruled_by_name=names[one.ruled_by].name if one.ruled_by in names else "",
            ruled_at=one.ruled_at,
            owed=one.owed,
            moves=moves_open_to(MOVES, one, actor),
            version=one.version,
        )
        for one in found
    ]


def _own(one: Award) -> dict[str, Any]:
    same = ("id", "title", "asked", "amount", "status", "grounds", "created_at")
    return {name: getattr(one, name) for name in same} | {
        "status_name": one.status.label,
        "reasons": reasons(one),
    }


def reasons(one: Award) -> list[str]:
    """Why, as people read it."""
    return [Why(word).label for word in one.why.split(",") if word]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await Award.filter(user_id=user_id).order_by("id")
    return {
        "积分奖励": [
            {
                "事由": one.title,
                "积分": one.amount,
                "状态": one.status.label,
                "说明": "；".join([*reasons(one), one.grounds]).strip("；"),
                "时间": one.created_at,
            }
            for one in found
        ]
    }
