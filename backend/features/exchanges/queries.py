"""Reading what can be exchanged."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q

from backend.core import crypto, paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import ANNOUNCED, FairStatus, Figure
from backend.features.exchanges.models import ExchangeItem, ItemStatus
from backend.features.exchanges.permissions import P
from backend.features.exchanges.schemas import ItemOut, ItemQuery
from backend.features.exchanges.states import MOVES
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity

S = ItemStatus
SHOWN = (S.OFFERED, S.RESERVED, S.HANDED)


def subject(item_id: int) -> str:
    return f"exchange:{item_id}"


async def get(actor: Actor, item_id: int) -> ExchangeItem:
    """A thing with its `fair`. Raises NotFound where it is not the actor's to see."""
    found = await ExchangeItem.get_or_none(id=item_id).prefetch_related("fair")
    if found is None or not await fairs.visible_to(actor).filter(id=found.fair_id).exists():
        raise NotFound("没有这件物品")
    is_part = found.may(actor, P.GIVE) or found.may(actor, P.KEEP) or found.may(actor, P.RUN)
    if not is_part and (found.status not in SHOWN or found.is_hidden):
        raise NotFound("没有这件物品")
    return found


async def listed(actor: Actor, fair_id: int, query: ItemQuery) -> Page[ItemOut]:
    """A page of things, latest first. Raises NotFound."""
    fair = await fairs.get(actor, fair_id)
    mine = Q(giver_id=actor.user_id) | Q(taker_id=actor.user_id)
    shown_ = Q(status__in=list(SHOWN)) & (Q(is_hidden=False) | mine)
    chosen = ExchangeItem.filter(mine if query.mine else shown_, fair_id=fair.id)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    for one in items:
        one.fair = fair
    return Page(items=await shown(actor, items), next=after)


async def shown(actor: Actor, found: Sequence[ExchangeItem]) -> list[ItemOut]:
    """Things with their `fair`; of a giver only the masked name is told."""
    links = await files.links(part for one in found for part in one.file_ids)
    people = await identity.names(one.giver_id for one in found if one.giver_id)
    names = {key: crypto.mask_name(one.name) for key, one in people.items()}
    return [
        ItemOut(
            id=one.id,
            fair_id=one.fair_id,
            title=one.title,
            about=one.about,
            wants=one.wants,
            pictures=[links[part] for part in one.file_ids if part in links],
            status=one.status,
            status_name=one.status.label,
            giver=names.get(one.giver_id or 0, "一位邻居"),
            is_mine=one.giver_id == actor.user_id,
            is_reserved_by_me=one.taker_id == actor.user_id,
            created_at=one.created_at,
            moves=_moves(actor, one),
            version=one.version,
        )
        for one in found
    ]


def _moves(actor: Actor, one: ExchangeItem) -> list[str]:
    """The table's moves, as far as the fair's own life allows them."""
    if one.fair.status not in ANNOUNCED:
        return []
    is_day = one.fair.status is FairStatus.OPEN
    return [name for name in moves_open_to(MOVES, one, actor) if is_day or name != "hand-over"]


async def figures(fair_id: int) -> list[Figure]:
    handed = await ExchangeItem.filter(fair_id=fair_id, status=S.HANDED).count()
    return [Figure("exchanged", "闲置交换件数", handed)]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = ExchangeItem.filter(Q(giver_id=user_id) | Q(taker_id=user_id)).order_by("id")
    return {
        "闲置交换": [
            {
                "物品": one.title,
                "说明": one.about if one.giver_id == user_id else "",
                "身份": "物主" if one.giver_id == user_id else "预定人",
                "状态": one.status.label,
            }
            for one in await found
        ]
    }


fairs.count_by(figures)
