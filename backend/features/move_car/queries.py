"""Reading requests: the asker's, the owner's and the staff's view of the same row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import SYSTEM, Actor
from backend.core.database import below
from backend.core.errors import Forbidden, NotFound, TooMany
from backend.core.schemas import Page, PageQuery
from backend.core.states import moves_open_to
from backend.engines.orders import service as order_service
from backend.engines.vehicles import queries as vehicles
from backend.features.move_car import rules
from backend.features.move_car.models import Block, MoveRequest, RequestStatus, Told
from backend.features.move_car.permissions import P
from backend.features.move_car.schemas import (
    BlockOut,
    OverseenOut,
    OverseenQuery,
    RequestOut,
    StepOut,
    ToldOut,
)
from backend.features.move_car.states import MOVES
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity


class TooOften(TooMany):
    code, title = "too_often", "今天的挪车请求太多了，请直接联系物业或社区"


class AskingBlocked(Forbidden):
    code, title = "asking_blocked", "挪车服务已暂停使用"


def _overseen(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in actor.paths(P.OVERSEE):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


async def asked_by(actor: Actor, request_id: int) -> MoveRequest:
    """One's own request. Raises NotFound."""
    return await _one(MoveRequest.filter(id=request_id, requester_id=actor.user_id))


async def told_to(actor: Actor, request_id: int) -> MoveRequest:
    """A request that the actor was told of. Raises NotFound."""
    found = await _one(MoveRequest.filter(id=request_id, told__user_id=actor.user_id))
    found.is_told = True
    return found


async def overseen(actor: Actor, request_id: int) -> MoveRequest:
    """A request at a place that the actor oversees. Raises NotFound."""
    return await _one(MoveRequest.filter(_overseen(actor), id=request_id))


async def _one(chosen: QuerySet[MoveRequest]) -> MoveRequest:
    found = await chosen.first()
    if found is None:
        raise NotFound("没有这次挪车请求")
    return found


async def _page(
    chosen: QuerySet[MoveRequest], query: PageQuery
) -> tuple[list[MoveRequest], str | None]:
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    return paging.cut(found, query.limit, lambda one: (one.id,))


async def _photos(found: Sequence[MoveRequest]) -> dict[int, files.FileLink]:
    return await files.links(part for one in found for part in one.file_ids)


def _own_photos(one: MoveRequest, links: dict[int, files.FileLink]) -> list[files.FileLink]:
    return [links[part] for part in one.file_ids if part in links]


def plate_of(one: MoveRequest) -> vehicles.Plate | None:
    """The plate in plain; None once the request has forgotten it."""
    return vehicles.read_plate(vehicles.opened(one.plate, one.seal)) if one.plate else None


def _masked(one: MoveRequest) -> str | None:
    plate = plate_of(one)
    return vehicles.masked(plate.text) if plate else None


# -- the asker -----------------------------------------------------------------------------------


async def mine(actor: Actor, query: PageQuery) -> Page[RequestOut]:
    """One's own requests, latest first."""
    items, after = await _page(MoveRequest.filter(requester_id=actor.user_id), query)
    return Page(items=await for_asker(actor, items), next=after)


async def request(actor: Actor, request_id: int) -> RequestOut:
    """One's own request. Raises NotFound."""
    return (await for_asker(actor, [await asked_by(actor, request_id)]))[0]


async def for_asker(actor: Actor, found: Sequence[MoveRequest]) -> list[RequestOut]:
    links, now = await _photos(found), clock.now()
    return [await _for_asker(actor, one, _own_photos(one, links), now) for one in found]


async def _for_asker(
    actor: Actor, one: MoveRequest, photos: list[files.FileLink], now: datetime
) -> RequestOut:
    status = shown_status(one, now)
    plate = None if one.by_code else plate_of(one)
    is_promised = status == RequestStatus.PROMISED
    return RequestOut(
        id=one.id,
        plate=plate and plate.shown,
        by_code=one.by_code,
        reason=one.reason,
        reason_name=one.reason.label,
        place=str(one.place.get("place", "")),
        photos=photos,
        status=status,
        status_name=status.label,
        reply=one.reply,
        reply_name=one.reply and one.reply.label,
        promised_until=one.due_at if is_promised else None,
        order_status=await _order_status(one, status),
        asked_at=one.asked_at,
        next_at=_next_at(one, status),
        steps=_steps(one, status),
        moves=_moves(actor, one, now),
    )


def shown_status(one: MoveRequest, now: datetime) -> RequestStatus:
    """See rules.shown_status; an answer is shown as it is."""
    if one.reply is not None:
        return one.status
    return rules.shown_status(one.status, one.reason, one.asked_at, now)


def _next_at(one: MoveRequest, status: RequestStatus) -> datetime | None:
    if status == RequestStatus.PROMISED:
        return one.due_at
    steps = rules.timetable(one.reason)
    waits = {
        RequestStatus.ASKED: steps.pass_on,
        RequestStatus.PASSED_ON: steps.hand_over,
    }
    return one.asked_at + waits[status] if status in waits and one.reply is None else None


def _steps(one: MoveRequest, status: RequestStatus) -> list[StepOut]:
    """The progress in words. Moments of what the clock does are the timetable's."""
    steps = rules.timetable(one.reason)
    said = [StepOut(text="已通知车主，不显示双方电话", at=one.asked_at)]
    until = one.replied_at or one.ended_at or clock.now()
    pass_on, hand_over = one.asked_at + steps.pass_on, one.asked_at + steps.hand_over
    if pass_on <= until:
        said.append(StepOut(text="没有收到答复，已再次联系", at=pass_on))
    if one.reply is not None and one.replied_at is not None:
        said.append(StepOut(text=f"车主答复：{one.reply.label}", at=one.replied_at))
    elif hand_over <= until and status == RequestStatus.ESCALATED:
        said.append(StepOut(text="已转物业、社区到现场处理", at=hand_over))
    if one.ended_at is not None:
        said.append(StepOut(text=one.status.label, at=one.ended_at))
    return said


def _moves(actor: Actor, one: MoveRequest, now: datetime) -> list[str]:
    """Insisting opens once the promised time is over."""
    is_over = one.due_at is not None and one.due_at <= now
    return [
        name
        for name in moves_open_to(MOVES, one, actor)
        if MOVES[name].who == P.ASK and (name != "insist" or is_over)
    ]


async def _order_status(one: MoveRequest, status: RequestStatus) -> str | None:
    if one.order_id is None or status != RequestStatus.ESCALATED:
        return None
    return (await order_service.get(SYSTEM, one.order_id)).status.label


# -- the owner -----------------------------------------------------------------------------------


async def asked_of(actor: Actor, query: PageQuery) -> Page[ToldOut]:
    """Requests that the actor was told of, latest first."""
    items, after = await _page(MoveRequest.filter(told__user_id=actor.user_id), query)
    return Page(items=await for_owner(actor, items), next=after)


async def asked(actor: Actor, request_id: int) -> ToldOut:
    """A request that the actor was told of. Raises NotFound."""
    return (await for_owner(actor, [await told_to(actor, request_id)]))[0]


async def for_owner(actor: Actor, found: Sequence[MoveRequest]) -> list[ToldOut]:
    links = await _photos(found)
    items = []
    for one in found:
        one.is_told = True
        plate = plate_of(one)
        items.append(
            ToldOut(
                id=one.id,
                plate=plate.shown if plate else "",
                reason=one.reason,
                reason_name=one.reason.label,
                place=str(one.place.get("place", "")),
                photos=_own_photos(one, links),
                status=one.status,
                status_name=one.status.label,
                reply=one.reply,
                asked_at=one.asked_at,
                is_complained=one.complaint is not None,
                ruling=one.complaint_ruling,
                moves=[n for n in moves_open_to(MOVES, one, actor) if MOVES[n].who == P.ANSWER],
            )
        )
    return items


async def told(request_id: int) -> list[int]:
    """Who was told of a request, first first."""
    return [int(row.user_id) for row in await Told.filter(request_id=request_id).order_by("id")]


# -- the staff -----------------------------------------------------------------------------------


async def listed(actor: Actor, query: OverseenQuery) -> Page[OverseenOut]:
    """Requests at the actor's places, latest first."""
    chosen = MoveRequest.filter(_overseen(actor))
    if query.is_complaint:
        chosen = chosen.filter(complaint__not_isnull=True)
    if query.is_waiting:
        chosen = chosen.filter(complaint__not_isnull=True, complaint_ruling=None)
    items, after = await _page(chosen, query)
    names = await _names([one.requester_id for one in items])
    return Page(items=[_overseen_out(actor, one, names) for one in items], next=after)


async def _names(user_ids: Sequence[int | None]) -> dict[int, str]:
    known = await identity.names(one for one in user_ids if one)
    return {one: crypto.mask_name(name.name) for one, name in known.items()}


def rulings_open_to(actor: Actor, one: MoveRequest) -> list[str]:
    """What the actor may rule about whoever asked: nobody about themselves."""
    if one.requester_id == actor.user_id or not actor.may(P.RULE, one.area_path):
        return []
    waits = one.complaint is not None and one.complaint_ruling is None
    return ["block"] * (one.requester_id is not None) + ["dismiss"] * waits


async def overseen_shown(actor: Actor, one: MoveRequest) -> OverseenOut:
    return _overseen_out(actor, one, await _names([one.requester_id]))


def _overseen_out(actor: Actor, one: MoveRequest, names: dict[int, str]) -> OverseenOut:
    return OverseenOut(
        id=one.id,
        plate=_masked(one),
        requester=names.get(one.requester_id or 0, "已注销用户"),
        reason_name=one.reason.label,
        place=str(one.place.get("place", "")),
        status=one.status,
        status_name=one.status.label,
        is_registered=one.vehicle_id is not None,
        order_id=one.order_id,
        complaint=one.complaint,
        ruling=one.complaint_ruling,
        asked_at=one.asked_at,
        moves=rulings_open_to(actor, one),
    )


def blocks_visible_to(actor: Actor) -> QuerySet[Block]:
    """Rulings at the places that the actor oversees."""
    return Block.filter(_overseen(actor))


async def blocks(actor: Actor, query: PageQuery) -> Page[BlockOut]:
    """Rulings at the actor's places, latest first."""
    chosen = blocks_visible_to(actor)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await blocks_shown(actor, items), next=after)


async def blocks_shown(actor: Actor, found: Sequence[Block]) -> list[BlockOut]:
    names = await _names([one.user_id for one in found])
    return [
        BlockOut(
            id=one.id,
            requester=names.get(one.user_id, "已注销用户"),
            request_id=one.request_id,
            reason=one.reason,
            made_at=one.made_at,
            until=one.until,
            lifted_at=one.lifted_at,
            moves=["lift"] * (_runs(one) and actor.may(P.RULE, one.area_path)),
        )
        for one in found
    ]


def _runs(one: Block) -> bool:
    return one.lifted_at is None and one.until > clock.now()


async def block_of(user_id: int) -> Block | None:
    """The ruling that keeps the person from asking now."""
    running = Block.filter(user_id=user_id, lifted_at=None, until__gt=clock.now())
    return await running.order_by("-until").first()


async def check_allowed(actor: Actor) -> None:
    """Raise AskingBlocked while a ruling keeps the person from asking."""
    block = await block_of(actor.user_id)
    if block is not None:
        until = clock.spoken(block.until)
        raise AskingBlocked(f"因{block.reason}，暂停到 {until}", until=clock.iso(block.until))


async def check_plate(text: str) -> None:
    """Raise TooOften when the plate was asked about too often, known or not."""
    lately = MoveRequest.filter(
        plate_index__in=vehicles.indexes(text), asked_at__gt=clock.now() - timedelta(days=1)
    )
    if await lately.count() >= rules.MOST_PER_PLATE:
        raise TooOften("这辆车今天被请求的次数太多，请直接联系物业或社区")


async def get(request_id: int) -> MoveRequest:
    """The request, for what the house does about it."""
    return await MoveRequest.get(id=request_id)


async def of_order(order_id: int) -> MoveRequest | None:
    return await MoveRequest.get_or_none(order_id=order_id)


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    asked_for = await MoveRequest.filter(requester_id=user_id).order_by("id")
    got = await MoveRequest.filter(told__user_id=user_id).order_by("id")
    ruled = await Block.filter(user_id=user_id).order_by("id")
    return {
        "挪车请求": [_told_of(one) for one in asked_for],
        "收到的挪车请求": [_told_of(one) for one in got],
        "暂停使用": [{"原因": one.reason, "到": one.until} for one in ruled],
    }


def _told_of(one: MoveRequest) -> dict[str, Any]:
    status = shown_status(one, clock.now())
    plate = None if one.by_code else plate_of(one)
    return {
        "车牌": plate and plate.shown,
        "原因": one.reason.label,
        "地点": one.place.get("place", ""),
        "状态": status.label,
        "时间": one.asked_at,
    }
