"""Reading car parks: prices are everybody's, spaces the staff's."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor, Permission
from backend.core.database import below
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.engines.lots.models import Lot as Lot
from backend.engines.lots.models import Space as Space
from backend.engines.lots.models import SpaceKind as SpaceKind
from backend.engines.lots.permissions import P as P
from backend.engines.lots.rules import LONGEST as LONGEST
from backend.engines.lots.rules import Night
from backend.engines.lots.rules import Tariff as Tariff
from backend.engines.lots.rules import fee as fee
from backend.engines.lots.schemas import LotOut as LotOut
from backend.engines.lots.schemas import LotQuery as LotQuery
from backend.engines.lots.schemas import SpaceOut, SpaceQuery
from backend.engines.payments import queries as payments
from backend.foundation.areas import queries as areas


def visible_to(actor: Actor) -> QuerySet[Lot]:
    """Car parks in use are everybody's to know; their staff see the others too."""
    return Lot.filter(Q(is_active=True) | at_work(actor))


def at_work(actor: Actor, permission: Permission = P.WORK, prefix: str = "") -> Q:
    """What lies where the actor works. `prefix` leads to the lot: `lot__`."""
    if actor.is_system:
        return Q(id__gt=0)
    scope = Q(id__lt=0)
    for path in actor.paths(permission):
        first, end = below(path)
        scope |= Q(**{f"{prefix}area__path__gte": first, f"{prefix}area__path__lt": end})
    return scope


async def get(lot_id: int) -> Lot:
    """The car park with its area. Raises NotFound."""
    found = await Lot.get_or_none(id=lot_id).prefetch_related("area")
    if found is None:
        raise NotFound("没有这个停车场")
    return found


async def managed(actor: Actor, lot_id: int, permission: Permission = P.WORK) -> Lot:
    """A car park where the actor works, with its area. Raises NotFound."""
    chosen = Lot.filter(at_work(actor, permission), id=lot_id)
    found = await chosen.prefetch_related("area").first()
    if found is None:
        raise NotFound("没有这个停车场")
    return found


async def staffed(actor: Actor) -> list[Lot]:
    """The car parks where the actor works, with their areas."""
    found = Lot.filter(at_work(actor)).order_by("id").limit(200)
    return await found.prefetch_related("area")


async def held(lot_id: int) -> Lot:
    """The car park; rivals wait until this transaction ends, so that what is derived from all of
    its events is derived by one at a time."""
    return await Lot.filter(id=lot_id).select_for_update().get().prefetch_related("area")


async def around(area_path: str) -> list[Lot]:
    """Car parks in use at an area or above it: those of somebody who lives there."""
    found = Lot.filter(area_id__in=areas.ids_of(area_path), is_active=True)
    return await found.order_by("id").prefetch_related("area")


def tariff_of(content: dict[str, Any]) -> Tariff:
    """The tariff that a row keeps as JSON."""
    night = content.get("night")
    return Tariff(**{**content, "night": Night(**night) if night else None})


async def listed(actor: Actor, query: LotQuery) -> Page[LotOut]:
    """A page of car parks, of an area if one is named. Raises NotFound for an unknown area."""
    chosen = Lot.filter(at_work(actor)) if query.is_staffed else visible_to(actor)
    if query.area_id is not None:
        path = await areas.path_of(query.area_id)
        first, end = below(path)
        inside = Q(area__path__gte=first, area__path__lt=end)
        chosen = chosen.filter(inside | Q(area_id__in=areas.ids_of(path)))
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("id").limit(query.limit + 1).prefetch_related("area")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(items), next=after)


async def shown(found: Sequence[Lot]) -> list[LotOut]:
    names = await areas.full_names(one.area.path or "" for one in found)
    plain: tuple[str, ...] = (
        "id",
        "area_id",
        "name",
        "unit_name",
        "capacity",
        "month_price",
        "takes_strangers",
    )
    plain += ("visitor_quota", "visitor_hours", "leave_minutes", "is_active", "version", "tariff")
    return [
        LotOut(
            area_name=names[one.area.path or ""],
            tariff_words=words(tariff_of(one.tariff)),
            **{name: getattr(one, name) for name in plain},
        )
        for one in found
    ]


def words(tariff: Tariff) -> list[str]:
    """The tariff as people read it."""
    said = [f"{tariff.free_minutes} 分钟内免费"] if tariff.free_minutes else []
    said.append(f"每 {tariff.step_minutes} 分钟 {payments.yuan(tariff.step_price)} 元")
    if tariff.night is not None:
        one = tariff.night
        price = f"{payments.yuan(one.step_price)} 元"
        cap = "" if one.cap is None else f"，每夜最多 {payments.yuan(one.cap)} 元"
        said.append(
            f"夜间 {_hour(one.begins)}–{_hour(one.ends)} 每 {tariff.step_minutes} 分钟 {price}{cap}"
        )
    if tariff.day_cap is not None:
        said.append(f"每天最多 {payments.yuan(tariff.day_cap)} 元")
    return said


def _hour(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


async def spaces(actor: Actor, lot_id: int, query: SpaceQuery) -> Page[SpaceOut]:
    """Spaces of a car park where the actor works. Raises NotFound."""
    lot = await managed(actor, lot_id)
    chosen = Space.filter(lot_id=lot.id)
    if query.kind is not None:
        chosen = chosen.filter(kind=query.kind)
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await spaces_shown(items, lot), next=after)


async def space(lot: Lot, space_id: int) -> Space:
    """A space in use of the car park. Raises NotFound."""
    found = await Space.get_or_none(id=space_id, lot_id=lot.id, is_active=True)
    if found is None:
        raise NotFound("没有这个车位")
    return found


def month_price(lot: Lot, one: Space | None) -> int:
    """Fen a month with this space, or without one of one's own."""
    price = lot.month_price if one is None or one.month_price is None else one.month_price
    return int(price)


async def spaces_shown(found: Sequence[Space], lot: Lot) -> list[SpaceOut]:
    places = await areas.places(one.dwelling_id for one in found if one.dwelling_id)
    return [_space(one, lot, places) for one in found]


def _space(one: Space, lot: Lot, places: dict[int, str]) -> SpaceOut:
    return SpaceOut(
        id=one.id,
        lot_id=one.lot_id,
        number=one.number,
        kind=one.kind,
        kind_name=one.kind.label,
        dwelling_id=one.dwelling_id,
        place=places.get(one.dwelling_id or 0, ""),
        month_price=month_price(lot, one),
        is_active=one.is_active,
    )
