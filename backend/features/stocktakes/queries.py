"""Reading counts."""

from collections.abc import Sequence

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import below
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.shelves import queries as shelves
from backend.features.stocktakes.models import StockCount
from backend.features.stocktakes.permissions import P
from backend.features.stocktakes.schemas import CountOut, CountQuery
from backend.features.stocktakes.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity


def visible_to(actor: Actor) -> QuerySet[StockCount]:
    """Counts of the places where the actor counts."""
    if actor.is_system:
        return StockCount.all()
    scope = Q(id__lt=0)
    for path in actor.paths(P.COUNT):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return StockCount.filter(scope)


async def get(actor: Actor, count_id: int) -> StockCount:
    """Raises NotFound for what is not the actor's to read."""
    found = await visible_to(actor).get_or_none(id=count_id)
    if found is None:
        raise NotFound("没有这条盘点记录")
    return found


async def listed(actor: Actor, query: CountQuery) -> Page[CountOut]:
    """Counts of the actor's places, latest first. Raises NotFound for an unknown area."""
    chosen = visible_to(actor)
    if query.area_id is not None:
        first, end = below(await areas.path_of(query.area_id))
        chosen = chosen.filter(area_path__gte=first, area_path__lt=end)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def shown(actor: Actor, found: Sequence[StockCount]) -> list[CountOut]:
    """As the API shows them to the actor."""
    places = await shelves.named(one.place_id for one in found)
    people = {who for one in found for who in (one.counted_by, one.ruled_by) if who}
    names = await identity.names(people)

    def called(user_id: int | None) -> str:
        return names[user_id].name if user_id in names else ""

    same = (
        *("id", "good_name", "expected", "counted", "difference", "note", "status", "counted_at"),
        *("ruled_at", "grounds", "version"),
    )
    return [
        CountOut(
            **{name: getattr(one, name) for name in same},
            place_name=places[one.place_id].name,
            status_name=one.status.label,
            counted_by_name=called(one.counted_by),
            ruled_by_name=called(one.ruled_by),
            moves=moves_open_to(MOVES, one, actor),
        )
        for one in found
    ]
