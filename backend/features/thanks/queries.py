"""Reading thanks: those of one wish, and the wall."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from backend.core import crypto, paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.engines.wishes import queries as wishes
from backend.engines.wishes.queries import ClaimStatus, P, Wish, WishClaim
from backend.features.thanks.models import WishThanks
from backend.features.thanks.schemas import Praise, ThanksOut
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity

NAMELESS = "一位热心邻居"
Names = dict[int, identity.Name]
Links = dict[int, files.FileLink]


async def of_wish(actor: Actor, wish_id: int) -> ThanksOut:
    """What was said of a wish: to writer, claimers and the community always. Raises NotFound."""
    one = await wishes.get(actor, wish_id)
    said = await WishThanks.get_or_none(wish_id=one.id)
    if said is None or not (await _is_inside(actor, one) or _is_shown(said)):
        raise NotFound("还没有感谢")
    return ThanksOut.model_validate(said, from_attributes=True)


async def _is_inside(actor: Actor, one: Wish) -> bool:
    if one.may(actor, P.PUBLISH) or actor.may(P.REVIEW, one.area_path):
        return True
    return await WishClaim.filter(wish_id=one.id, claimer_id=actor.user_id).exists()


def _is_shown(said: WishThanks) -> bool:
    return bool(said.is_public and not said.is_hidden)


async def wall(actor: Actor, query: PageQuery) -> Page[Praise]:
    """What wishers agreed to show, of wishes open to where one lives, latest first."""
    near = await wishes.circles_of(actor, "wish__")
    chosen = WishThanks.filter(near, is_public=True, is_hidden=False, wish__is_hidden=False)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).select_related("wish")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await _praised(items), next=after)


async def _praised(found: Sequence[WishThanks]) -> list[Praise]:
    done: defaultdict[int, list[WishClaim]] = defaultdict(list)
    claims = WishClaim.filter(
        wish_id__in=[one.wish_id for one in found], status=ClaimStatus.CONFIRMED
    )
    for one in await claims.order_by("id"):
        done[one.wish_id].append(one)
    every = [one for claims in done.values() for one in claims]
    names = await identity.names(one.claimer_id for one in every if one.claimer_id)
    links = await files.links(part for one in every for part in one.file_ids)
    return [_praise(one, done[one.wish_id], names, links) for one in found]


def _praise(one: WishThanks, claims: list[WishClaim], names: Names, links: Links) -> Praise:
    parts = [part for each in claims for part in each.file_ids] if one.shows_photos else []
    return Praise(
        wish_id=one.wish_id,
        whose_name=one.wish.whose.label,
        title=one.wish.title,
        category_name=one.wish.category.label,
        text=one.text,
        helpers=list(dict.fromkeys(_helper(each, names) for each in claims)),
        photos=[links[part] for part in parts if part in links],
        said_at=one.said_at,
    )


def _helper(one: WishClaim, names: Names) -> str:
    known = names.get(one.claimer_id or 0)
    return crypto.mask_name(known.name) if known and one.shows_name else NAMELESS


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    said = await WishThanks.filter(writer_id=user_id).order_by("id")
    return {
        "感谢": [
            {"感谢": one.text, "公开": one.is_public, "公开照片": one.shows_photos} for one in said
        ]
    }
