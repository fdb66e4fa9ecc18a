"""Reading codes: the staff their own, everyone where a scan leads."""

from collections.abc import Sequence
from datetime import timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.foundation.areas import queries as areas
from backend.foundation.codes.models import Code, CodeDay
from backend.foundation.codes.permissions import P
from backend.foundation.codes.schemas import CodeOut, CodeQuery, DayOut

DAYS = 90


def visible_to(actor: Actor) -> QuerySet[Code]:
    """The codes of the areas where the actor manages them."""
    if actor.is_system:
        return Code.all()
    scope = Q(id__lt=0)
    for path in actor.paths(P.MANAGE):
        scope |= _at(path)
    return Code.filter(scope)


def _at(path: str) -> Q:
    first, end = below(path)
    return Q(area__path__gte=first, area__path__lt=end)


async def get(actor: Actor, code_id: int) -> Code:
    """The code with its `area`. Raises NotFound."""
    found = await visible_to(actor).filter(id=code_id).prefetch_related("area").first()
    if found is None:
        raise NotFound("没有这个码")
    return found


async def by_token(token: str) -> Code:
    """The code that a scan names, with its `area`. Raises NotFound, also when it is retired."""
    found = await Code.filter(token=token, retired_at=None).prefetch_related("area").first()
    if found is None:
        raise NotFound("这个码已失效")
    return found


async def printable(actor: Actor, code_ids: Sequence[int]) -> list[Code]:
    """The codes in this order with their areas. Raises NotFound if any is not the actor's, or
    retired."""
    chosen = visible_to(actor).filter(id__in=list(code_ids), retired_at=None)
    found = {one.id: one for one in await chosen.prefetch_related("area")}
    if not set(code_ids) <= found.keys():
        raise NotFound("有的码不存在或已停用")
    return [found[one] for one in dict.fromkeys(code_ids)]


async def listed(actor: Actor, query: CodeQuery) -> Page[CodeOut]:
    """A page of codes, latest first. Raises NotFound for an unknown area."""
    chosen = visible_to(actor)
    if query.area_id is not None:
        chosen = chosen.filter(_at(await areas.path_of(query.area_id)))
    if query.kind is not None:
        chosen = chosen.filter(kind=query.kind)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("area")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(items), next=after)


async def shown(codes: Sequence[Code]) -> list[CodeOut]:
    names = await areas.full_names(one.area.path or "" for one in codes)
    return [
        CodeOut(
            id=one.id,
            kind=one.kind,
            kind_name=one.kind.label,
            area_id=one.area_id,
            area_name=names[one.area.path or ""],
            label=one.label,
            scene=one.token,
            scans=one.scans,
            created_at=one.created_at,
            retired_at=one.retired_at,
        )
        for one in codes
    ]


async def days(actor: Actor, code_id: int) -> Page[DayOut]:
    """Scans by day of the last 90 days, days without any left out. Raises NotFound."""
    code = await get(actor, code_id)
    first = clock.today() - timedelta(days=DAYS - 1)
    found = await CodeDay.filter(code_id=code.id, day__gte=first).order_by("-day")
    return Page(items=[DayOut(day=row.day, scans=row.scans) for row in found])
