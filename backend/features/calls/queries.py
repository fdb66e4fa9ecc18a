"""Reading calls: one's own, and those one is asked for as a craftsman."""

from collections.abc import Sequence

from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.core.states import moves_open_to
from backend.engines.craftsmen.queries import CALL_MOVES, CallStatus, CraftCall, P
from backend.features.calls.schemas import CallOut
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity

COMING = (CallStatus.ACCEPTED, CallStatus.ARRIVED)


async def get(actor: Actor, call_id: int) -> CraftCall:
    """The call, with its craftsman: of the caller, or asked of the actor. Raises NotFound."""
    found = await CraftCall.get_or_none(id=call_id).select_related("craftsman")
    if found is None or not any(found.may(actor, one) for one in (P.CALL, P.SERVE)):
        raise NotFound("没有这次预约")
    return found


async def call_of(call_id: int) -> CraftCall:
    """A call, with its craftsman, for what the house does about it."""
    return await CraftCall.get(id=call_id).select_related("craftsman")


async def _page(chosen: QuerySet[CraftCall], actor: Actor, query: PageQuery) -> Page[CallOut]:
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).select_related("craftsman")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def mine(actor: Actor, query: PageQuery) -> Page[CallOut]:
    """One's own calls, latest first."""
    return await _page(CraftCall.filter(caller_id=actor.user_id), actor, query)


async def asked(actor: Actor, query: PageQuery) -> Page[CallOut]:
    """What one is asked for, or has done, latest first."""
    return await _page(CraftCall.filter(craftsman__user_id=actor.user_id), actor, query)


async def detail(actor: Actor, call_id: int) -> CallOut:
    return (await shown(actor, [await get(actor, call_id)]))[0]


async def shown(actor: Actor, found: Sequence[CraftCall]) -> list[CallOut]:
    links = await files.links(part for one in found for part in one.file_ids)
    return [await _shown(actor, one, links) for one in found]


async def _shown(actor: Actor, one: CraftCall, links: dict[int, files.FileLink]) -> CallOut:
    is_mine, who = one.may(actor, P.CALL), one.craftsman
    is_coming = one.status in COMING
    place, phone = one.opened() if is_mine or is_coming else ("", "")
    theirs = who.user_id if who and is_mine and is_coming else None
    plain = "id skill text day price why status reason answer_by asked_at stars rating version"
    facts = {name: getattr(one, name) for name in plain.split()}
    if one.is_hidden and not is_mine:
        facts |= {"text": "（内容正在审核）"}
    return CallOut(
        **facts,
        skill_name=one.skill.label,
        photos=[links[part] for part in one.file_ids if part in links],
        part_name=one.part.label,
        called=who.called if who else "",
        status_name=one.status.label,
        asked=len(one.tried),
        place=place,
        phone=phone,
        their_phone=(await identity.phone_of(theirs) or "") if theirs else "",
        is_mine=is_mine,
        moves=[
            name
            for name in moves_open_to(CALL_MOVES, one, actor)
            if name != "rate" or one.stars is None
        ],
    )
