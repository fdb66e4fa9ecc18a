"""Reading stalls: accepted ones are everybody's who sees the fair, the others their own's."""

from collections.abc import Iterable, Sequence
from typing import Any

from tortoise.expressions import Q

from backend.core.actor import Actor
from backend.core.database import rows
from backend.core.errors import NotFound
from backend.core.states import moves_open_to
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import Figure
from backend.engines.stalls import rules
from backend.engines.stalls.models import Stall as Stall
from backend.engines.stalls.models import StallStatus as StallStatus
from backend.engines.stalls.models import StallVisit
from backend.engines.stalls.permissions import P
from backend.engines.stalls.schemas import StallList, StallOut
from backend.engines.stalls.states import MOVES
from backend.foundation.identity import queries as identity

_VISITED = (
    "SELECT v.stall_id FROM stalls_visit v JOIN stalls_stall s ON s.id = v.stall_id "
    "WHERE v.user_id = ? AND s.fair_id = ?"
)


async def get(actor: Actor, stall_id: int) -> Stall:
    """A stall with its `fair`. Raises NotFound for what the actor may not see."""
    found = await Stall.get_or_none(id=stall_id).prefetch_related("fair")
    if found is None or not await _is_visible(found, actor):
        raise NotFound("没有这个摊位")
    return found


async def _is_visible(one: Stall, actor: Actor) -> bool:
    if one.may(actor, P.OFFER) or fairs.is_staff(one.fair, actor) or actor.is_system:
        return True
    seen = fairs.visible_to(actor).filter(id=one.fair_id)
    return one.status is StallStatus.ACCEPTED and await seen.exists()


async def run_by(actor: Actor, stall_id: int) -> Stall:
    """A stall of a fair that the actor runs. Raises NotFound."""
    found = await get(actor, stall_id)
    if not found.may(actor, P.RUN):
        raise NotFound("没有这个摊位")
    return found


async def by_code(actor: Actor, code_id: int) -> Stall:
    """The stall that a printed code is of. Raises NotFound."""
    found = await Stall.get_or_none(code_id=code_id)
    if found is None:
        raise NotFound("这不是摊位码")
    return await get(actor, found.id)


async def of_fair(actor: Actor, fair_id: int) -> StallList:
    """The stalls of a fair, in the map's order. Raises NotFound."""
    fair = await fairs.get(actor, fair_id)
    scope = Q(status=StallStatus.ACCEPTED) | Q(offered_by=actor.user_id)
    if fairs.is_staff(fair, actor):
        scope = Q(fair_id=fair_id)
    found = await Stall.filter(scope, fair_id=fair_id).order_by("map_row", "map_column", "id")
    for one in found:
        one.fair = fair
    return StallList(items=await shown(actor, found))


async def accepted(fair_id: int) -> list[Stall]:
    """The stalls that take part, in the map's order."""
    chosen = Stall.filter(fair_id=fair_id, status=StallStatus.ACCEPTED)
    return await chosen.order_by("map_row", "map_column", "id")


async def names(stall_ids: Iterable[int]) -> dict[int, str]:
    """`A2 老李磨剪刀` by id."""
    found = await Stall.filter(id__in=sorted(set(stall_ids)))
    return {one.id: called(one) for one in found}


def called(one: Stall) -> str:
    return f"{rules.spot(one.map_column, one.map_row)} {one.name}".strip()


async def shown(actor: Actor, found: Sequence[Stall]) -> list[StallOut]:
    """Stalls, with their `fair`, as this person may deal with them."""
    if not found:
        return []
    fair = found[0].fair
    is_staff = fairs.is_staff(fair, actor)
    visited = await visited_by(actor.user_id, fair.id)
    people = await identity.names(one.offered_by for one in found if one.offered_by)
    names = {key: one.name for key, one in people.items()} if is_staff else {}
    return [_shown(actor, one, visited, names, is_staff=is_staff) for one in found]


def _shown(
    actor: Actor, one: Stall, visited: set[int], names: dict[int, str], *, is_staff: bool
) -> StallOut:
    is_mine = one.may(actor, P.OFFER) and not actor.is_system
    is_read = not one.is_hidden or is_staff or is_mine
    facts: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("id", "fair_id", "kind", "zone", "status", "visitors", "shop_id")
    }
    return StallOut(
        **facts,
        kind_name=one.kind.label,
        zone_name=one.zone.label,
        name=one.name if is_read else one.kind.label,
        about=one.about if is_read else "",
        spot=rules.spot(one.map_column, one.map_row),
        column=one.map_column,
        row=one.map_row,
        status_name=one.status.label,
        reason=one.reason if is_staff or is_mine else "",
        has_visited=one.id in visited,
        is_mine=is_mine,
        offered_by=names.get(one.offered_by or 0, ""),
        moves=moves_open_to(MOVES, one, actor),
        version=one.version,
    )


async def visited_by(user_id: int, fair_id: int) -> set[int]:
    """The stalls of a fair that the person has come by."""
    return {row["stall_id"] for row in await rows(_VISITED, user_id, fair_id)}


async def figures(fair_id: int) -> list[Figure]:
    """How many came by, in all and at every stall."""
    found = await accepted(fair_id)
    each = [Figure(f"stall:{one.id}", called(one), one.visitors) for one in found]
    total = sum(one.visitors for one in found)
    return [Figure("stalls", "摊位", len(found)), Figure("visits", "摊位到访人次", total), *each]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    offered = await Stall.filter(offered_by=user_id).order_by("id").prefetch_related("fair")
    visits = StallVisit.filter(user_id=user_id).order_by("id").prefetch_related("stall")
    return {
        "报名的摊位": [
            {"集市": one.fair.title, "摊位": one.name, "状态": one.status.label} for one in offered
        ],
        "逛过的摊位": [{"摊位": one.stall.name, "时间": one.at} for one in await visits],
    }


fairs.count_by(figures)
