"""Reading the rules of rewards, and who can earn at all."""

import json
from collections.abc import Mapping
from typing import Any

from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents
from backend.oversight.rewards import rules
from backend.oversight.rewards.models import RewardChange, RewardRule
from backend.oversight.rewards.permissions import P
from backend.oversight.rewards.rules import KINDS, Terms
from backend.oversight.rewards.schemas import (
    ChangeOut,
    ChangeQuery,
    RewardList,
    RewardOut,
    TermsOut,
)

_POSTS = (
    "SELECT COALESCE(a.path, '/') AS path FROM identity_post p LEFT JOIN areas_area a "
    "ON a.id = p.area_id WHERE p.user_id = ? AND p.starts_at <= ? "
    "AND (p.ends_at IS NULL OR p.ends_at > ?)"
)


def visible_to(actor: Actor, path: str) -> QuerySet[RewardChange]:
    """Changes at or below a path that the actor oversees. Raises NotFound for any other."""
    if not actor.may(P.OVERSEE, path):
        raise NotFound("没有这个区域")
    first, end = below(path)
    return RewardChange.filter(area_path__gte=first, area_path__lt=end)


def kind(code: str) -> rules.Kind:
    """Raises NotFound."""
    if code not in KINDS:
        raise NotFound("没有这种积分规则")
    return KINDS[code]


async def rule_at(path: str, code: str) -> RewardRule | None:
    """The rule that holds at a path: its own, else the nearest above."""
    found = await RewardRule.filter(area_path__in=areas.paths_to(path), kind=code)
    return max(found, key=lambda one: len(one.area_path), default=None)


def terms_of(one: RewardRule | None, code: str) -> Terms:
    if one is None:
        return KINDS[code].usual
    return Terms(one.amount, one.daily, one.monthly, is_on=one.is_on)


async def mine(actor: Actor) -> RewardList:
    """What earns points where the actor lives; without a home the usual rules."""
    homes = await residents.dwellings_of(actor.user_id)
    return await listed(homes[0].area_path if homes else "/")


async def of_area(actor: Actor, area_id: int) -> RewardList:
    """The rules of an area. Raises NotFound for one that is not the actor's."""
    return await listed(await overseen(actor, area_id))


async def overseen(actor: Actor, area_id: int) -> str:
    """The path of an area whose rules the actor may read. Raises NotFound."""
    path = await areas.path_of(area_id)
    if not actor.may(P.OVERSEE, path):
        raise NotFound("没有这个区域")
    return path


async def listed(path: str) -> RewardList:
    """Every rule as it holds at a path."""
    return RewardList(items=[await shown(path, code) for code in KINDS])


async def shown(path: str, code: str) -> RewardOut:
    """One rule as it holds at a path."""
    one = await rule_at(path, code)
    is_own = one is not None and one.area_path == path
    return RewardOut(
        **vars(terms_of(one, code)),
        kind=code,
        title=KINDS[code].title,
        per=KINDS[code].per,
        is_own=is_own,
        version=one.version if one and is_own else 0,
    )


async def changes(actor: Actor, query: ChangeQuery) -> Page[ChangeOut]:
    """What was changed at an area and below it, latest first. Raises NotFound."""
    chosen = visible_to(actor, await areas.path_of(query.area_id))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    names = await identity.names(one.changed_by for one in items)
    places = await areas.full_names({one.area_path for one in items})
    return Page(items=[_change(one, names, places) for one in items], next=after)


def _change(
    one: RewardChange, names: Mapping[int, identity.Name], places: Mapping[str, str]
) -> ChangeOut:
    return ChangeOut(
        id=one.id,
        kind=one.kind,
        title=KINDS[one.kind].title if one.kind in KINDS else one.kind,
        place=places[one.area_path],
        before=TermsOut(**_decoded(one.before)),
        after=TermsOut(**_decoded(one.after)),
        grounds=one.grounds,
        changed_by_name=names[one.changed_by].name if one.changed_by in names else "",
        at=one.at,
    )


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


async def can_earn(user_id: int, path: str) -> bool:
    """Whether a person is a resident, and no staff at the place."""
    now = clock.now()
    posts = await rows(_POSTS, user_id, now, now)
    if any(path.startswith(str(row["path"])) for row in posts):
        return False
    return bool(await residents.dwellings_of(user_id))
