"""Reading the shelves: what is offered to residents, and all of it for those who manage it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below, marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.engines.shelves import rules
from backend.engines.shelves.models import ShelfGood as ShelfGood
from backend.engines.shelves.models import ShelfMovement, ShelfStock, ShelfTaking
from backend.engines.shelves.models import ShelfPlace as ShelfPlace
from backend.engines.shelves.permissions import P
from backend.engines.shelves.rules import GoodKind as GoodKind
from backend.engines.shelves.rules import NotOffered as NotOffered
from backend.engines.shelves.rules import OverLimit as OverLimit
from backend.engines.shelves.rules import SoldOut as SoldOut
from backend.engines.shelves.schemas import (
    GoodDetail,
    GoodOut,
    GoodQuery,
    MovementOut,
    PlaceList,
    PlaceOut,
    StockOut,
)
from backend.engines.shelves.schemas import Picture as Picture
from backend.engines.shops import queries as shops
from backend.foundation.areas import queries as areas
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

_LEFT = (
    "SELECT s.good_id, SUM(s.amount) AS amount FROM shelves_stock s JOIN shelves_place p "
    "ON p.id = s.place_id AND p.is_on = 1 WHERE s.good_id IN ({}) GROUP BY s.good_id"
)
_MY_SHOPS = (
    "SELECT p.id FROM shelves_place p JOIN shops_staff s ON s.shop_id = p.shop_id "
    "WHERE s.user_id = ?"
)


def _below(paths: Iterable[str]) -> Q:
    scope = Q(id__lt=0)
    for path in paths:
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


def visible_to(actor: Actor, homes: Sequence[str]) -> QuerySet[ShelfGood]:
    """What is offered where the actor lives, and all of the places that they manage."""
    if actor.is_system:
        return ShelfGood.all()
    along = {one for path in homes for one in areas.paths_to(path)}
    offered = Q(area_path__in=sorted(along), is_on=True) if along else Q(id__lt=0)
    return ShelfGood.filter(offered | _below(actor.paths(P.MANAGE)))


async def homes_of(actor: Actor) -> list[str]:
    """The paths of where the actor lives."""
    return [one.area_path for one in await residents.dwellings_of(actor.user_id)]


async def get(actor: Actor, good_id: int) -> ShelfGood:
    """The good. Raises NotFound for what is not offered to the actor."""
    found = await visible_to(actor, await homes_of(actor)).get_or_none(id=good_id)
    if found is None:
        raise NotFound("没有这件商品")
    return found


async def managed(actor: Actor, good_id: int) -> ShelfGood:
    """The good, for who manages it. Raises NotFound for everybody else."""
    found = await ShelfGood.get_or_none(id=good_id)
    if found is None or not found.may(actor, P.MANAGE):
        raise NotFound("没有这件商品")
    return found


async def place(actor: Actor, place_id: int, who: P = P.SERVE) -> ShelfPlace:
    """The place, for who serves (or manages) there. Raises NotFound for everybody else."""
    found = await ShelfPlace.get_or_none(id=place_id)
    if found is not None:
        await load([found])
    if found is None or not found.may(actor, who):
        raise NotFound("没有这个兑换点")
    return found


async def shops_below(path: str) -> list[int]:
    """The shops that hand things over, or did, at places at or below a path; by id."""
    found = await ShelfPlace.filter(_below([path]), shop_id__isnull=False).only("shop_id")
    return sorted({one.shop_id for one in found if one.shop_id is not None})


async def load(found: Sequence[ShelfPlace]) -> None:
    """The shops' staff beside the places."""
    for one in found:
        if one.shop_id is not None:
            one.sellers = set(await shops.staff_of(one.shop_id))


async def named(place_ids: Iterable[int]) -> dict[int, ShelfPlace]:
    """Places by id, on or off."""
    return {one.id: one for one in await ShelfPlace.filter(id__in=sorted(set(place_ids)) or [0])}


# -- lists -----------------------------------------------------------------------------------------


async def places(actor: Actor) -> PlaceList:
    """Where the actor serves or manages."""
    mine = [row["id"] for row in await rows(_MY_SHOPS, actor.user_id)]
    scope = _below({*actor.paths(P.SERVE), *actor.paths(P.MANAGE)}) | Q(id__in=mine or [0])
    found = await ShelfPlace.filter(scope).order_by("id").limit(200)
    return PlaceList(items=await shown_places(actor, found))


async def shown_places(actor: Actor, found: Sequence[ShelfPlace]) -> list[PlaceOut]:
    await load(found)
    names = await areas.full_names({one.area_path for one in found})
    same = ("id", "area_id", "name", "address", "hours", "shop_id", "is_on", "version")
    return [
        PlaceOut(
            **{name: getattr(one, name) for name in same},
            area_name=names[one.area_path],
            may_serve=one.may(actor, P.SERVE),
            may_manage=one.may(actor, P.MANAGE),
        )
        for one in found
    ]


async def listed(actor: Actor, query: GoodQuery) -> Page[GoodOut]:
    """A page of what is offered to the actor, in the shelf's order; or of what they manage."""
    chosen = visible_to(actor, await homes_of(actor))
    chosen = (
        chosen.filter(_below(actor.paths(P.MANAGE))) if query.all else chosen.filter(is_on=True)
    )
    if query.kind is not None:
        chosen = chosen.filter(kind=query.kind)
    if query.cursor:
        sort, last = paging.decode(query.cursor, int, int)
        chosen = chosen.filter(Q(sort__gt=sort) | Q(sort=sort, id__gt=last))
    found = await chosen.order_by("sort", "id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.sort, one.id))
    return Page(items=await shown(items), next=after)


async def shown(found: Sequence[ShelfGood]) -> list[GoodOut]:
    """Goods as the API shows them, with two statements for all of them."""
    ids = [one.id for one in found]
    sums = await rows(_LEFT.format(marks(ids)), *ids) if ids else []
    left = {row["good_id"]: int(row["amount"]) for row in sums}
    links = await pictures_of(one for good in found for one in good.picture_ids)
    return [GoodOut(**_facts(one, left.get(one.id, 0), links)) for one in found]


async def pictures_of(file_ids: Iterable[int]) -> dict[int, Picture]:
    """Pictures by file id; those that are gone are left out."""
    found = await files.links(file_ids)
    return {
        one.id: Picture(id=one.id, url=one.url, thumb_url=one.thumb_url) for one in found.values()
    }


def _facts(one: ShelfGood, left: int, links: Mapping[int, Picture]) -> dict[str, Any]:
    same = (
        *("id", "area_id", "name", "about", "kind", "price", "per_person", "span", "pickup_days"),
        *("is_on", "sort", "redeemed", "version"),
    )
    return {name: getattr(one, name) for name in same} | {
        "kind_name": one.kind.label,
        "span_name": one.span.label,
        "pictures": [links[number] for number in one.picture_ids if number in links],
        "left": left,
    }


async def detail(actor: Actor, good_id: int) -> GoodDetail:
    """One good with where it lies. Raises NotFound for what is not offered to the actor."""
    one = await get(actor, good_id)
    is_mine = one.may(actor, P.MANAGE)
    stocks = await stocks_of(one.id, is_inside=is_mine)
    links = await pictures_of(one.picture_ids)
    return GoodDetail(
        **_facts(one, sum(each.amount for each in stocks), links),
        stocks=stocks,
        mine=await taken_by(actor.user_id, one),
        may_manage=is_mine,
    )


async def stocks_of(good_id: int, *, is_inside: bool) -> list[StockOut]:
    """How many of a good lie where; places that are closed are for those inside only."""
    found = await ShelfStock.filter(good_id=good_id).order_by("place_id")
    known = await named(one.place_id for one in found)
    return [
        StockOut(
            place_id=one.place_id,
            place_name=known[one.place_id].name,
            amount=one.amount,
            promised=one.promised if is_inside else None,
        )
        for one in found
        if is_inside or known[one.place_id].is_on
    ]


async def taken_by(user_id: int, good: ShelfGood) -> int:
    """How many of a good a person redeemed in the span that runs."""
    key = rules.span_key(good.span, clock.today())
    found = await ShelfTaking.get_or_none(good_id=good.id, user_id=user_id, span_key=key)
    return found.taken if found else 0


def limit_key(good: ShelfGood) -> str | None:
    """By which span a redemption of today counts; None for a good without limit."""
    return rules.span_key(good.span, clock.today()) if good.per_person is not None else None


async def stock(good_id: int, place_id: int, *, is_held: bool = False) -> ShelfStock:
    """How many there are; `is_held`: as they are until this transaction ends.

    Raises NotFound where the good never lay.
    """
    chosen = ShelfStock.filter(good_id=good_id, place_id=place_id)
    found = await (chosen.select_for_update() if is_held else chosen).first()
    if found is None:
        raise NotFound("这个兑换点没有这件商品")
    return found


async def name_of(good_id: int) -> str:
    """How a good is called, offered or not."""
    return (await ShelfGood.get(id=good_id)).name


async def movements(actor: Actor, good_id: int, query: PageQuery) -> Page[MovementOut]:
    """What came, went and was redeemed, latest first. Raises NotFound for others."""
    good = await managed(actor, good_id)
    chosen = ShelfMovement.filter(good_id=good.id)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    known = await named(one.place_id for one in items)
    names = await identity.names(one.by for one in items if one.by)
    made = [
        MovementOut(
            id=one.id,
            place_name=known[one.place_id].name,
            delta=one.delta,
            cause_name=one.cause.label,
            note=one.note,
            by_name=names[one.by].name if one.by in names else "",
            at=one.at,
        )
        for one in items
    ]
    return Page(items=made, next=after)


# -- proof -----------------------------------------------------------------------------------------

_CHECKS = (
    (
        "SELECT s.id, s.amount, COALESCE(m.sum, 0) AS sum FROM shelves_stock s LEFT JOIN (SELECT "
        "good_id, place_id, SUM(delta) AS sum FROM shelves_movement GROUP BY good_id, place_id) m "
        "ON m.good_id = s.good_id AND m.place_id = s.place_id WHERE s.amount <> COALESCE(m.sum, 0)",
        "stock {id}: {amount} left, movements {sum}",
    ),
    (
        "SELECT id, amount, promised FROM shelves_stock WHERE amount < 0 OR promised < 0",
        "stock {id}: {amount} left, {promised} promised",
    ),
)


async def check() -> list[str]:
    """Every disagreement of the shelves, in words; empty when they are right."""
    return [words.format(**one) for sql, words in _CHECKS for one in await rows(sql)]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await ShelfTaking.filter(user_id=user_id, taken__gt=0).order_by("id")
    ids = [one.good_id for one in found] or [0]
    names = {one.id: one.name for one in await ShelfGood.filter(id__in=ids)}
    return {
        "限兑商品的兑换次数": [
            {"商品": names[one.good_id], "时段": one.span_key or "总共", "数量": one.taken}
            for one in found
        ]
    }
