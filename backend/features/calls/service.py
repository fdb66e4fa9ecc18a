"""Calling, answering, passing on, visiting, rating."""

from datetime import datetime, time
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import is_duplicate
from backend.core.errors import Conflict, Invalid, WrongState
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.craftsmen import queries as craftsmen
from backend.engines.craftsmen import service as register
from backend.engines.craftsmen.queries import (
    CALL_MOVES,
    CallStatus,
    CraftCall,
    CraftsmanStatus,
    Need,
    rules,
    sealed_where,
)
from backend.features.calls import queries
from backend.features.calls.events import CallMoved, CraftsmanAsked, VisitDone
from backend.features.calls.schemas import CallNew, CallOut, Rate
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.identity import queries as identity
from backend.foundation.moderations import service as moderations

ROOM = "calls"
OWNER = "call"
"""As whose engagements the room `craftsmen` knows them."""


class NobodyFree(Conflict):
    code, title = "nobody_free", "这个时段附近没有合适的师傅，请换个时间"


class TooManyOpen(Conflict):
    code, title = "too_many_open", f"最多同时有 {rules.MOST_OPEN} 个预约，请先处理完"


async def call(actor: Actor, body: CallNew) -> CallOut:
    """Ask for a hand; whoever suits best is asked first, or whom the caller named.

    Raises Invalid, NobodyFree, TooManyOpen, Conflict for a rival request of one's own.
    """
    craftsmen.check_day(body.day)
    home = await craftsmen.home_of(actor)
    phone = await identity.phone_of(actor.user_id)
    if phone is None:
        raise Invalid(fields={"phone": "请先验证手机号，师傅才能联系您"})
    if _ends(body) <= clock.now():
        raise Invalid(fields={"part": "这个时段已经过了"})
    offer = await _first(actor, home.area_path, body)
    place = (await areas.places([home.dwelling_id]))[home.dwelling_id]
    one = await _enter(
        actor,
        **body.model_dump(exclude={"craftsman_id"}),
        **sealed_where(place, phone),
        **_asking(offer, body),
        tried=[offer.craftsman_id],
        area_path=home.area_path,
    )
    await files.attach(actor, body.file_ids, f"call:{one.id}")
    await audit.record(actor, "calls.made", f"call:{one.id}", one.area_path)
    await moderations.judge(ROOM, one.id, actor.user_id, body.text)
    await emit(CraftsmanAsked(one.id, offer.craftsman_id, is_next=False))
    return await queries.detail(actor, one.id)


def _ends(need: Need) -> datetime:
    return datetime.combine(need.day, time(rules.ENDS[need.part]), clock.SHANGHAI)


async def _first(actor: Actor, area_path: str, body: CallNew) -> rules.Offer:
    found = await craftsmen.suiting(actor.user_id, area_path, body)
    if body.craftsman_id is not None:
        found = [one for one in found if one.craftsman_id == body.craftsman_id]
    if not found:
        raise NobodyFree
    return found[0]


def _asking(offer: rules.Offer, need: Need) -> dict[str, Any]:
    """The columns that say who is asked now, why, and how long they have."""
    now = clock.now()
    return {
        "craftsman_id": offer.craftsman_id,
        "price": offer.price,
        "why": rules.reasons(offer, need.skill, need.day, need.part),
        "answer_by": now + rules.ANSWERED_WITHIN,
    }


async def _enter(actor: Actor, **columns: Any) -> CraftCall:
    slots = [f"{actor.user_id}:{number}" for number in range(rules.MOST_OPEN)]
    used = {one.slot for one in await CraftCall.filter(slot__in=slots)}
    free = [slot for slot in slots if slot not in used]
    if not free:
        raise TooManyOpen
    try:
        return await CraftCall.create(
            caller_id=actor.user_id, slot=free[0], asked_at=clock.now(), **columns
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict from error


# -- the craftsman -------------------------------------------------------------------------------


async def accept(actor: Actor, call_id: int) -> CallOut:
    """Promise to come: nobody is at two places in one part of a day. Raises Busy, WrongState once
    the time to answer is over."""
    one = await queries.get(actor, call_id)
    if one.answer_by is not None and one.answer_by <= clock.now():
        raise WrongState("答复时间已过，已转给下一位师傅")
    await make(one, CALL_MOVES["accept"], actor, answer_by=None)
    await register.engage(one.craftsman_id or 0, one.day, [one.part], (OWNER, one.id))
    return await _moved(actor, one, "accept")


async def _moved(actor: Actor, one: CraftCall, move: str) -> CallOut:
    await audit.record(actor, f"calls.{move}", f"call:{one.id}", one.area_path)
    await emit(CallMoved(one.id, move))
    return (await queries.shown(actor, [one]))[0]


async def turn_down(actor: Actor, call_id: int, move: str) -> CallOut:
    """`decline` or, after the promise, `give-up`: the next one is asked."""
    one = await queries.get(actor, call_id)
    check(one, CALL_MOVES[move], actor)
    await _ask_next(one, move, actor)
    return (await queries.shown(actor, [one]))[0]


async def pass_on(one: CraftCall) -> None:
    """No answer came, or the craftsman takes no more calls: the next one is asked."""
    await _ask_next(one, "pass-on", SYSTEM)


async def _ask_next(one: CraftCall, move: str, actor: Actor) -> None:
    need = Need(skill=one.skill, day=one.day, part=one.part)
    found = []
    if len(one.tried) < rules.MOST_ASKED and _ends(need) > clock.now():
        found = await craftsmen.suiting(one.caller_id or 0, one.area_path, need, one.tried)
    if not found:
        gone: dict[str, Any] = {"answer_by": None, "slot": None}
        await make(one, CALL_MOVES[move], actor, to=CallStatus.UNANSWERED, **gone)
        await register.disengage(OWNER, one.id)
        await emit(CallMoved(one.id, "unanswered"))
        return
    asking = _asking(found[0], need) | {"tried": [*one.tried, found[0].craftsman_id]}
    await make(one, CALL_MOVES[move], actor, to=CallStatus.ASKED, **asking)
    await register.disengage(OWNER, one.id)
    await one.fetch_related("craftsman")
    await emit(CraftsmanAsked(one.id, found[0].craftsman_id, is_next=True))


async def arrive(actor: Actor, call_id: int) -> CallOut:
    """Be there."""
    one = await queries.get(actor, call_id)
    await make(one, CALL_MOVES["arrive"], actor)
    return await _moved(actor, one, "arrive")


async def finish(actor: Actor, call_id: int) -> CallOut:
    """Say that it is done; what it costs is paid in person."""
    one = await queries.get(actor, call_id)
    ended: dict[str, Any] = {"done_at": clock.now(), "slot": None}
    await make(one, CALL_MOVES["finish"], actor, **ended)
    await register.disengage(OWNER, one.id)
    await register.visited(one.craftsman_id or 0)
    who = (actor.user_id, one.caller_id or 0)
    await emit(VisitDone(one.id, *who, one.area_path, one.price))
    return await _moved(actor, one, "finish")


# -- the caller ----------------------------------------------------------------------------------


async def cancel(actor: Actor, call_id: int, reason: str) -> CallOut:
    """It is no longer needed."""
    one = await queries.get(actor, call_id)
    gone: dict[str, Any] = {"answer_by": None, "slot": None}
    await make(one, CALL_MOVES["cancel"], actor, reason=reason, **gone)
    await register.disengage(OWNER, one.id)
    return await _moved(actor, one, "cancel")


async def rate(actor: Actor, call_id: int, body: Rate) -> CallOut:
    """Say how it was, once. Raises WrongState the second time."""
    one = await queries.get(actor, call_id)
    check(one, CALL_MOVES["rate"], actor)
    if one.stars is not None:
        raise WrongState("已经评价过了")
    await make(one, CALL_MOVES["rate"], actor, stars=body.stars, rating=body.text)
    await register.rated(one.craftsman_id or 0, body.stars)
    return await _moved(actor, one, "rate")


# -- by itself -----------------------------------------------------------------------------------


async def stopped(craftsman_id: int) -> None:
    """A craftsman takes no more calls: what waits for them goes to the next, and what they have
    promised too where they have gone or were suspended."""
    who = await craftsmen.craftsman_of(craftsman_id)
    is_gone = who.status in (CraftsmanStatus.SUSPENDED, CraftsmanStatus.LEFT)
    status = [CallStatus.ASKED, *([CallStatus.ACCEPTED] if is_gone else [])]
    waiting = CraftCall.filter(craftsman_id=craftsman_id, status__in=status)
    for one in await waiting.select_related("craftsman"):
        await pass_on(one)


async def forget(user_id: int) -> None:
    """Somebody left: what they asked for ends, what was done stays, nameless and placeless."""
    mine = CraftCall.filter(caller_id=user_id)
    for one in await mine.filter(status__in=list(CALL_MOVES["cancel"].sources)):
        gone: dict[str, Any] = {"answer_by": None, "slot": None}
        await make(one, CALL_MOVES["cancel"], SYSTEM, reason="邻居已注销账号", **gone)
        await register.disengage(OWNER, one.id)
        await emit(CallMoved(one.id, "cancel"))
    await mine.update(caller_id=None, place=None, phone=None, slot=None)


async def hide(call_id: int) -> None:
    """Moderation found the words risky."""
    await CraftCall.filter(id=call_id).update(is_hidden=True)
