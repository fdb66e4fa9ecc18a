"""Reading ratings; who gave one is told to nobody."""

from typing import NamedTuple

from backend.core import paging
from backend.core.actor import SYSTEM, Actor
from backend.core.schemas import Page
from backend.engines.purchases import queries as purchases
from backend.engines.shops import queries as shops
from backend.features.ratings.schemas import RatingOut, RatingQuery
from backend.foundation.identity import queries as identity


async def of_shop(actor: Actor, shop_id: int, query: RatingQuery) -> Page[RatingOut]:
    """What was said of a shop, latest first. Raises NotFound."""
    shop = await shops.get(actor, shop_id)
    chosen = purchases.Purchase.filter(shop_id=shop.id, stars__isnull=False)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    await purchases.load(items)
    return Page(items=[_shown(one) for one in items], next=after)


def _shown(one: purchases.Purchase) -> RatingOut:
    return RatingOut(
        stars=one.stars or 1,
        text="" if one.is_hidden else one.rating_text or "",
        answer=None if one.is_answer_hidden else one.answer,
        at=one.rated_at or one.created_at,
        bought=purchases.title_of(one.lines),
    )


class ToJudge(NamedTuple):
    text: str
    openid: str


async def to_judge(purchase_id: int, writer_id: int, *, is_answer: bool) -> ToJudge | None:
    """What was written and by whom; None when there is nothing, or nobody WeChat knows."""
    purchase = await purchases.get(SYSTEM, purchase_id)
    text = purchase.answer if is_answer else purchase.rating_text
    openid = await identity.openid_of(writer_id)
    return ToJudge(text, openid) if text and openid else None
