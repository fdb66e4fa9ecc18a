"""Redeeming, handing over by the code, and giving back: stock and points in one transaction."""

from datetime import timedelta
from typing import Any

from backend.core import clock, limits, pickups
from backend.core.actor import SYSTEM, Actor
from backend.core.database import move_paths
from backend.core.errors import Conflict, NotFound
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.points import queries as bank
from backend.engines.points import service as points
from backend.engines.shelves import queries as shelf
from backend.engines.shelves import service as shelves
from backend.features.mall import messages, queries
from backend.features.mall.events import RedemptionMoved
from backend.features.mall.models import CODE, Redemption, RedemptionStatus, new_seal
from backend.features.mall.schemas import (
    CallOff,
    CodeBody,
    MoveBody,
    Redeem,
    Redeemed,
    RedemptionOut,
)
from backend.features.mall.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.notify import service as notify

WRONG_CODES = "10/minute"
"""So many wrong codes of one person at one place."""


class PriceChanged(Conflict):
    code, title = "price_changed", "所需积分有变化，请确认后再兑换"


class BadCode(NotFound):
    code, title = "bad_code", "没有找到这个兑换码，请核对后再试"


class AlreadyHandedOver(Conflict):
    code, title = "already_handed_over", "这个兑换码已经用过了"


class CodeOver(Conflict):
    code, title = "code_over", "这笔兑换已取消或过期，不能再领取"


# -- redeeming -------------------------------------------------------------------------------------


async def redeem(actor: Actor, body: Redeem) -> Redeemed:
    """Take so many off the shelf for so many points, or neither.

    Raises NotFound for what is not offered to the actor there, NotOffered, SoldOut, OverLimit,
    PriceChanged, NotEnoughPoints.
    """
    good = await shelves.promise(actor, body.shelf_id, body.place_id, body.quantity)
    if good.price * body.quantity != body.points:
        raise PriceChanged(points=good.price * body.quantity)
    place = (await shelf.named([body.place_id]))[body.place_id]
    now, seal = clock.now(), new_seal()
    code: dict[str, Any] = pickups.sealed(
        await _fresh_code(place.id), place.id, field=CODE, row=seal
    )
    one = await Redemption.create(
        good_id=good.id,
        place_id=place.id,
        area_path=place.area_path,
        user_id=actor.user_id,
        name=good.name,
        quantity=body.quantity,
        points=body.points,
        span_key=shelf.limit_key(good),
        seal=seal,
        **code,
        created_at=now,
        due_at=now + timedelta(days=good.pickup_days),
    )
    await points.reserve(actor.user_id, one.points, f"兑换{good.name}", key=one.key)
    await emit(RedemptionMoved(one.id, "redeem", actor.user_id))
    one.place = place
    shown = await queries.facts(actor, one)
    return Redeemed(**shown, balance=await bank.balance_of(actor.user_id))


async def _fresh_code(place_id: int) -> str:
    """A code that nothing at the place ever had: a second scan then means what it says."""
    while True:
        code = pickups.new()
        if not await queries.by_code(place_id, code):
            return code


# -- handing over ----------------------------------------------------------------------------------


async def find(actor: Actor, place_id: int, body: CodeBody) -> RedemptionOut:
    """What a code stands for, before it is handed over.

    Raises NotFound for who does not serve at the place, BadCode, AlreadyHandedOver, CodeOver,
    TooMany after too many wrong codes.
    """
    return await queries.shown(actor, await _found(actor, place_id, body.code))


async def hand_over(actor: Actor, place_id: int, body: CodeBody) -> RedemptionOut:
    """Hand over what belongs to a code, once: its points are spent. Raises as `find` does, and
    Forbidden for what the actor redeemed themselves."""
    found = await _found(actor, place_id, body.code)
    one = await queries.get(actor, found.id, is_held=True)
    if one.status is RedemptionStatus.DONE:
        raise AlreadyHandedOver
    check(one, MOVES["hand-over"], actor)
    changed: dict[str, Any] = {"code": None, "served_by": actor.user_id, "ended_at": clock.now()}
    await make(one, MOVES["hand-over"], actor, **changed)
    await shelves.hand_out(one.at, one.quantity)
    await points.spend(one.key, _payee(one))
    facts = {"points": one.points, "quantity": one.quantity}
    await audit.record(actor, "mall.handed_over", f"redemption:{one.id}", one.area_path, **facts)
    await emit(RedemptionMoved(one.id, "hand-over", one.user_id))
    return await queries.shown(actor, one)


async def _found(actor: Actor, place_id: int, code: str) -> Redemption:
    place = await shelf.place(actor, place_id)
    found = await queries.by_code(place.id, code)
    if not found:
        await limits.hit(WRONG_CODES, f"mall.code:{place.id}:{actor.user_id}")
        raise BadCode
    one = found[0]
    if one.status is RedemptionStatus.DONE:
        raise AlreadyHandedOver(f"已于 {clock.spoken(one.ended_at or clock.now())} 领取")
    if one.status is not RedemptionStatus.WAITING or one.due_at <= clock.now():
        raise CodeOver
    await queries.load([one])
    return one


def _payee(one: Redemption) -> str:
    """The shop that gave it gets the points, or the pool of where the place is."""
    shop_id = one.place.shop_id if one.place else None
    return bank.pool(areas.ids_of(one.area_path)[-1]) if shop_id is None else bank.shop(shop_id)


# -- giving back -----------------------------------------------------------------------------------


async def cancel(actor: Actor, redemption_id: int, body: MoveBody) -> RedemptionOut:
    """Think better of it: points and goods go back. Raises NotFound, WrongState, StaleVersion."""
    one = await _give_back(actor, redemption_id, "cancel", version=body.version)
    return await queries.shown(actor, one)


async def call_off(actor: Actor, redemption_id: int, body: CallOff) -> RedemptionOut:
    """Those who serve cannot hand it over. Raises NotFound, Forbidden, WrongState, StaleVersion."""
    one = await _give_back(actor, redemption_id, "call-off", body.reason, version=body.version)
    facts = {"reason": body.reason, "points": one.points}
    await audit.record(actor, "mall.called_off", f"redemption:{one.id}", one.area_path, **facts)
    return await queries.shown(actor, one)


async def run_out(redemption_id: int) -> None:
    """Its time has run out. Looked at anew: it may have been fetched meanwhile."""
    one = await queries.get(SYSTEM, redemption_id)
    if one.status is RedemptionStatus.WAITING and one.due_at <= clock.now():
        await _give_back(SYSTEM, redemption_id, "expire")


async def _give_back(
    actor: Actor, redemption_id: int, move: str, reason: str = "", *, version: int | None = None
) -> Redemption:
    one = await queries.get(actor, redemption_id, is_held=True)
    check(one, MOVES[move], actor, version)
    changed: dict[str, Any] = {"code": None, "reason": reason, "ended_at": clock.now()}
    await make(one, MOVES[move], actor, version=version, **changed)
    await shelves.give_back(one.at, one.quantity, one.user_id, one.span_key)
    await points.release(one.key)
    await emit(RedemptionMoved(one.id, move, one.user_id))
    return one


# -- what the clock and others do ------------------------------------------------------------------


async def warn(limit: int) -> None:
    """Tell people that their time runs out soon, once."""
    for one in await queries.to_warn(limit):
        await Redemption.filter(id=one.id).update(warned_at=clock.now())
        await tell(messages.SOON, one)


async def tell(template: messages.Template, one: Redemption) -> None:
    await queries.load([one])
    said = {
        "name": one.name,
        "points": one.points,
        "due": clock.spoken(one.due_at),
        "place": one.place.name if one.place else "",
        "reason": one.reason,
    }
    link = messages.MINE.format(one.id)
    await notify.send(template, to=one.user_id or 0, link=link, **said)


async def forget(user_id: int) -> None:
    """A person left: what they have not fetched goes back, the rest stays nameless."""
    for one in await Redemption.filter(user_id=user_id, status=RedemptionStatus.WAITING):
        await _give_back(SYSTEM, one.id, "cancel", "本人已注销账号")
    await Redemption.filter(user_id=user_id).update(user_id=None)


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("mall_redemption", from_path, to_path)
