"""Reading claims: one's own, and those of one's wishes or post."""

from typing import Any

from backend.core import paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.engines.wishes import queries as wishes
from backend.engines.wishes.queries import ClaimOut, P, WishClaim


async def get(actor: Actor, claim_id: int) -> WishClaim:
    """A claim, with its wish: of the claimer, for the writer and the community. Raises NotFound."""
    found = await WishClaim.get_or_none(id=claim_id).select_related("wish")
    if found is None or not any(found.may(actor, one) for one in (P.CLAIM, P.CONFIRM)):
        raise NotFound("没有这次认领")
    return found


async def mine_of(actor: Actor, claim_id: int) -> WishClaim:
    """One's own claim, with its wish. Raises NotFound."""
    found = await get(actor, claim_id)
    if not found.may(actor, P.CLAIM):
        raise NotFound("没有这次认领")
    return found


async def mine(actor: Actor, query: PageQuery) -> Page[ClaimOut]:
    """What one took on, latest first."""
    chosen = WishClaim.filter(claimer_id=actor.user_id)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).select_related("wish")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await wishes.claims_shown(actor, items), next=after)


async def detail(actor: Actor, claim_id: int) -> ClaimOut:
    """One claim. Raises NotFound."""
    return await shown(actor, await get(actor, claim_id))


async def shown(actor: Actor, one: WishClaim) -> ClaimOut:
    return (await wishes.claims_shown(actor, [one]))[0]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    taken = await WishClaim.filter(claimer_id=user_id).order_by("id").select_related("wish")
    return {
        "认领的微心愿": [
            {
                "心愿": one.wish.title,
                "份数": one.shares,
                "状态": one.status.label,
                "说明": one.note,
                "时间": one.claimed_at,
            }
            for one in taken
        ]
    }
