"""Reading pools: what is in them, who is to be settled with, what was booked."""

from collections.abc import Sequence

from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import below
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.engines.points import queries as bank
from backend.engines.shelves import queries as shelves
from backend.engines.shops import queries as shops
from backend.features.pools.models import Kind, PoolEntry
from backend.features.pools.permissions import P
from backend.features.pools.schemas import EntryOut, EntryQuery, PoolOut, ShopAccount
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity


def visible_to(actor: Actor, path: str) -> QuerySet[PoolEntry]:
    """What was booked at a place that the actor oversees. Raises NotFound for any other."""
    if not actor.may(P.OVERSEE, path):
        raise NotFound("没有这个社区")
    first, end = below(path)
    return PoolEntry.filter(area_path__gte=first, area_path__lt=end)


async def community(actor: Actor, area_id: int, who: P = P.OVERSEE) -> str:
    """The path of a community, for who oversees (or keeps) its pool. Raises NotFound."""
    path = await areas.path_of(area_id)
    if not actor.may(who, path) or await bank.community_of(path) != area_id:
        raise NotFound("没有这个社区")
    return path


async def pool(actor: Actor, area_id: int) -> PoolOut:
    """A community's pool. Raises NotFound."""
    path = await community(actor, area_id)
    names = await areas.full_names({path})
    return PoolOut(
        area_id=area_id,
        name=names[path],
        balance=await bank.pool_of(area_id),
        issued=await bank.issued_by(area_id),
        shops=await accounts(path),
        may_keep=actor.may(P.KEEP, path),
    )


async def accounts(path: str) -> list[ShopAccount]:
    """The shops that hand things over below a path, by their id."""
    ids = await shelves.shops_below(path)
    names = await shops.names(ids)
    return [
        ShopAccount(shop_id=one, name=names[one], balance=await bank.taken_by_shop(one))
        for one in ids
    ]


async def listed(actor: Actor, area_id: int, query: EntryQuery) -> Page[EntryOut]:
    """What was booked in a community, latest first. Raises NotFound."""
    chosen = visible_to(actor, await community(actor, area_id))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(items), next=after)


async def of_shop(actor: Actor, shop_id: int, query: PageQuery) -> Page[bank.EntryOut]:
    """What a shop took and was settled with, latest first. Raises NotFound for a shop the actor
    does not run."""
    shop = await shops.run_by(actor, shop_id)
    return await bank.shop_statement(shop.id, query)


async def get(actor: Actor, entry_id: int) -> PoolEntry:
    """Raises NotFound for what is not the actor's to keep."""
    found = await PoolEntry.get_or_none(id=entry_id)
    if found is None or not found.may(actor, P.KEEP):
        raise NotFound("没有这笔账")
    return found


async def shown(found: Sequence[PoolEntry]) -> list[EntryOut]:
    """As the API shows them."""
    people = await identity.names(one.by for one in found)
    named = await shops.names(one.shop_id for one in found if one.shop_id is not None)
    first = {one.id: one for one in await _reversed_by(found)}
    back = {one.reverses_id for one in await PoolEntry.filter(reverses_id__in=_ids(found))}
    same = ("id", "kind", "amount", "voucher", "note", "at")
    return [
        EntryOut(
            **{name: getattr(one, name) for name in same},
            kind_name=one.kind.label,
            shop_name=named.get(one.shop_id or 0, ""),
            change=_change(one, first),
            by_name=people[one.by].name if one.by in people else "",
            is_taken_back=one.id in back,
        )
        for one in found
    ]


def _ids(found: Sequence[PoolEntry]) -> list[int]:
    return [one.id for one in found] or [0]


async def _reversed_by(found: Sequence[PoolEntry]) -> list[PoolEntry]:
    ids = [one.reverses_id for one in found if one.reverses_id is not None]
    return await PoolEntry.filter(id__in=ids or [0])


def _change(one: PoolEntry, first: dict[int, PoolEntry]) -> int:
    if one.reverses_id is not None:
        return -_change(first[one.reverses_id], first)
    return -one.amount if one.kind is Kind.TAKE_OUT else one.amount
