"""Reading opinions: whoever sees the matter, without what is hidden."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import crypto, paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.engines.matters import queries as matters
from backend.engines.matters.queries import Matter
from backend.engines.opinions.models import Opinion, OpinionLike
from backend.engines.opinions.permissions import P
from backend.engines.opinions.schemas import OpinionOut, OpinionQuery
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity


def visible_to(actor: Actor, matter: Matter) -> QuerySet[Opinion]:
    """The opinions on a matter that `matters.get` has found to be the actor's to see."""
    found = Opinion.filter(matter_id=matter.id)
    if actor.may(P.HIDE, matter.area_path):
        return found
    return found.filter(Q(hidden_because="") | Q(author_id=actor.user_id))


async def get(actor: Actor, opinion_id: int) -> tuple[Matter, Opinion]:
    """Raises NotFound."""
    found = await Opinion.get_or_none(id=opinion_id)
    if found is None:
        raise NotFound("没有这条意见")
    matter = await matters.get(actor, found.matter_id)
    if not await visible_to(actor, matter).filter(id=found.id).exists():
        raise NotFound("没有这条意见")
    return matter, found


async def listed(actor: Actor, matter_id: int, query: OpinionQuery) -> Page[OpinionOut]:
    """A page of a matter's opinions. Raises NotFound."""
    matter = await matters.get(actor, matter_id)
    chosen = visible_to(actor, matter)
    if query.section is not None:
        chosen = chosen.filter(section=query.section)
    if query.sort == "latest":
        if query.cursor:
            chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
        found = await chosen.order_by("-id").limit(query.limit + 1)
        items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    else:
        if query.cursor:
            likes, last = paging.decode(query.cursor, int, int)
            chosen = chosen.filter(Q(likes__lt=likes) | Q(likes=likes, id__lt=last))
        found = await chosen.order_by("-likes", "-id").limit(query.limit + 1)
        items, after = paging.cut(found, query.limit, lambda one: (one.likes, one.id))
    return Page(items=await shown(actor, matter, items), next=after)


async def shown(actor: Actor, matter: Matter, found: Sequence[Opinion]) -> list[OpinionOut]:
    links = await files.links(each for one in found for each in one.file_ids)
    chosen = OpinionLike.filter(opinion_id__in=[one.id for one in found] or [0])
    liked = {one.opinion_id for one in await chosen.filter(user_id=actor.user_id)}
    is_staff = actor.may(P.HIDE, matter.area_path)
    names = await identity.names(one.author_id for one in found if one.author_id and is_staff)
    return [
        OpinionOut(
            id=one.id,
            section=one.section,
            author=_author(one, names),
            text=one.text,
            photos=[links[each] for each in one.file_ids if each in links],
            likes=one.likes,
            is_liked=one.id in liked,
            is_mine=one.author_id == actor.user_id,
            hidden_because=one.hidden_because,
            at=one.at,
        )
        for one in found
    ]


def _author(one: Opinion, names: dict[int, identity.Name]) -> str:
    known = names.get(one.author_id or 0)
    return f"{one.place}居民" + (f"（{crypto.mask_name(known.name)}）" if known else "")


async def about(user_id: int) -> dict[str, Any]:
    """What the room keeps about a person."""
    found = await Opinion.filter(author_id=user_id).order_by("id")
    return {"议事意见": [{"内容": one.text, "时间": one.at} for one in found]}
