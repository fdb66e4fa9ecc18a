"""Reading goods: what is on the shelf is everybody's, the rest its shop's."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.engines.goods import rules
from backend.engines.goods.models import Good as Good
from backend.engines.goods.schemas import GoodOut as GoodOut
from backend.engines.goods.schemas import GoodQuery, Group
from backend.engines.shops import queries as shops
from backend.engines.shops.queries import Picture

_TAKEN = (
    "SELECT g.name, t.day, t.taken FROM goods_day_taking t JOIN goods_good g ON g.id = t.good_id "
    "WHERE t.user_id = ? AND t.taken > 0 ORDER BY t.id"
)


def visible_to(actor: Actor, runs: Iterable[int] = ()) -> QuerySet[Good]:
    """Goods on the shelf; of the shops in `runs` all."""
    if actor.is_system:
        return Good.all()
    shelf = Good.filter(is_on=True, blocked="", is_menu=False)
    return Good.filter(shop_id__in=list(runs), is_menu=False) if runs else shelf


async def get(good_id: int) -> Good:
    """The good, on the shelf or not, for rooms that check whose it is. Raises NotFound."""
    found = await Good.get_or_none(id=good_id)
    if found is None:
        raise NotFound("没有这件商品")
    return found


async def many(good_ids: Iterable[int]) -> dict[int, Good]:
    """Goods by id; unknown ones are left out."""
    return {one.id: one for one in await Good.filter(id__in=sorted(set(good_ids)))}


async def listed(actor: Actor, shop_id: int, query: GoodQuery) -> Page[GoodOut]:
    """A page of a shop's goods in its order. Raises NotFound for a shop that is not to be seen."""
    shop = await shops.get(actor, shop_id)
    is_inside = query.all and (await _is_inside(actor, shop_id))
    chosen = visible_to(actor, [shop.id] if is_inside else ()).filter(shop_id=shop.id)
    chosen = chosen.filter(is_menu=False)
    if query.cursor:
        sort, last = paging.decode(query.cursor, int, int)
        chosen = chosen.filter(sort__gte=sort).exclude(sort=sort, id__lte=last)
    found = await chosen.order_by("sort", "id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.sort, one.id))
    return Page(items=await shown(items), next=after)


async def _is_inside(actor: Actor, shop_id: int) -> bool:
    for ask in (shops.run_by, shops.reviewed_by):
        try:
            await ask(actor, shop_id)
        except NotFound:
            continue
        return True
    return False


async def shown(goods: Sequence[Good]) -> list[GoodOut]:
    """Goods as the API shows them, with one statement for all pictures."""
    links = await shops.pictures_of(one for good in goods for one in good.picture_ids)
    return [_shown(one, links) for one in goods]


def _shown(one: Good, links: Mapping[int, Picture]) -> GoodOut:
    return GoodOut(
        id=one.id,
        shop_id=one.shop_id,
        name=one.name,
        category=one.category,
        about=one.about,
        price=one.price,
        options=[Group.model_validate(group) for group in decoded(one.options)],
        stock=one.stock,
        daily_limit=one.daily_limit,
        pictures=[links[number] for number in one.picture_ids if number in links],
        is_on=one.is_on,
        is_prescription=one.is_prescription,
        blocked=one.blocked,
        sold=one.sold,
        sort=one.sort,
        version=one.version,
    )


def decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def price_of(good: Good, choices: Sequence[str]) -> int:
    """Fen for one piece with these choices. Raises rules.BadChoice."""
    return good.price + rules.chosen(good.options, choices)


def trouble(good: Good, choices: Sequence[str], quantity: int) -> str:
    """Why so many cannot be ordered now, for people; empty when they can."""
    if not good.is_on or good.blocked:
        return "已下架"
    if good.is_prescription or rules.prescription_word(good.name, good.about):
        return rules.RULE
    try:
        rules.chosen(good.options, choices)
    except rules.BadChoice as error:
        return f"请重新选择{error}"
    if good.stock is not None and good.stock < quantity:
        return f"只剩 {good.stock} 份" if good.stock else "已售完"
    if good.daily_limit is not None and quantity > good.daily_limit:
        return f"每人每天限购 {good.daily_limit} 份"
    return ""


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await rows(_TAKEN, user_id)
    return {
        "限购商品的购买次数": [
            {"商品": row["name"], "日期": row["day"], "数量": row["taken"]} for row in found
        ]
    }
