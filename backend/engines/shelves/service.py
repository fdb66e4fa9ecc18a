"""Offering, stocking, promising, handing over and taking back: each check is in its UPDATE."""

from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import dialect, execute, move_paths
from backend.core.errors import Conflict, Invalid, NotFound, StaleVersion
from backend.core.events import emit
from backend.engines.shelves import queries
from backend.engines.shelves.events import ShelfEmptied
from backend.engines.shelves.models import ShelfGood, ShelfMovement, ShelfPlace, ShelfTaking
from backend.engines.shelves.permissions import P
from backend.engines.shelves.rules import Cause as Cause
from backend.engines.shelves.rules import NotOffered, OverLimit
from backend.engines.shelves.rules import SoldOut as SoldOut
from backend.engines.shelves.schemas import (
    GoodChange,
    GoodDetail,
    GoodNew,
    PlaceChange,
    PlaceNew,
    PlaceOut,
    StockBody,
)
from backend.engines.shops import queries as shops
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files

MOST_GOODS = 500
"""Of one area."""
_PROMISE = (
    "UPDATE shelves_stock SET amount = amount - ?, promised = promised + ? "
    "WHERE good_id = ? AND place_id = ? AND amount >= ?"
)
_HAND_OUT = (
    "UPDATE shelves_stock SET promised = promised - ? "
    "WHERE good_id = ? AND place_id = ? AND promised >= ?"
)
_CHANGE = (
    "UPDATE shelves_stock SET amount = amount + ? "
    "WHERE good_id = ? AND place_id = ? AND amount + ? >= 0"
)
_COUNT = (
    "UPDATE shelves_taking SET taken = taken + ? WHERE good_id = ? AND user_id = ? "
    "AND span_key = ? AND taken + ? <= ?"
)
_UNCOUNT = (
    "UPDATE shelves_taking SET taken = taken - ? WHERE good_id = ? AND user_id = ? "
    "AND span_key = ? AND taken >= ?"
)


def _ignore() -> str:
    return "INSERT OR IGNORE" if dialect() == "sqlite" else "INSERT IGNORE"


# -- places and goods ------------------------------------------------------------------------------


async def open_place(actor: Actor, body: PlaceNew) -> PlaceOut:
    """A place where things are handed over. Raises NotFound for areas and shops not there."""
    path = await _managed_path(actor, body.area_id)
    if body.shop_id is not None:
        shop = await shops.get(SYSTEM, body.shop_id)
        if not shop.area_path.startswith(path):
            raise NotFound("这家店不在这个区域")
    one = await ShelfPlace.create(**body.model_dump(), area_path=path, created_at=clock.now())
    await audit.record(actor, "shelves.place_opened", f"place:{one.id}", path)
    return (await queries.shown_places(actor, [one]))[0]


async def change_place(actor: Actor, place_id: int, body: PlaceChange) -> PlaceOut:
    """Raises NotFound, StaleVersion."""
    one = await queries.place(actor, place_id, P.MANAGE)
    await _write(one, body.model_dump(exclude_unset=True, exclude={"version"}), body.version)
    await audit.record(actor, "shelves.place_changed", f"place:{one.id}", one.area_path)
    return (await queries.shown_places(actor, [one]))[0]


async def offer(actor: Actor, body: GoodNew) -> GoodDetail:
    """Put a good on the shelf. Raises NotFound for an area not the actor's, Conflict."""
    path = await _managed_path(actor, body.area_id)
    if await ShelfGood.filter(area_id=body.area_id).count() >= MOST_GOODS:
        raise Conflict("商品太多了，请先整理下架的商品")
    one = await ShelfGood.create(**body.model_dump(), area_path=path, created_at=clock.now())
    await files.attach(actor, body.picture_ids, f"shelf:{one.id}")
    await audit.record(actor, "shelves.offered", f"shelf:{one.id}", path, price=one.price)
    return await queries.detail(actor, one.id)


async def change(actor: Actor, good_id: int, body: GoodChange) -> GoodDetail:
    """Change what is given; what was redeemed keeps its price. Raises NotFound, StaleVersion."""
    one = await queries.managed(actor, good_id)
    given = body.model_dump(exclude_unset=True, exclude={"version"})
    empty = [name for name, value in given.items() if value is None and name != "per_person"]
    if empty:
        raise Invalid(fields=dict.fromkeys(empty, "不能为空"))
    if body.picture_ids is not None:
        new = [each for each in body.picture_ids if each not in one.picture_ids]
        await files.attach(actor, new, f"shelf:{one.id}")
    before = one.price
    await _write(one, given, body.version)
    facts = {"before": before, "after": one.price}
    await audit.record(actor, "shelves.changed", f"shelf:{one.id}", one.area_path, **facts)
    return await queries.detail(actor, one.id)


async def _managed_path(actor: Actor, area_id: int) -> str:
    path = await areas.path_of(area_id)
    if not actor.may(P.MANAGE, path):
        raise NotFound("没有这个区域")
    return path


async def _write(one: ShelfGood | ShelfPlace, columns: dict[str, Any], version: int) -> None:
    columns = columns | {"version": version + 1}
    if await type(one).filter(id=one.id, version=version).update(**columns) != 1:
        raise StaleVersion
    one.update_from_dict(columns)


# -- stock -----------------------------------------------------------------------------------------


async def restock(actor: Actor, good_id: int, body: StockBody) -> GoodDetail:
    """So many came in or went out. Raises NotFound, SoldOut when there are not so many."""
    good = await queries.managed(actor, good_id)
    place = await queries.place(actor, body.place_id, P.MANAGE)
    if not (
        place.area_path.startswith(good.area_path) or good.area_path.startswith(place.area_path)
    ):
        raise NotFound("这个兑换点不在商品的发放区域")
    await execute(
        f"{_ignore()} INTO shelves_stock (good_id, place_id, amount, promised) VALUES (?, ?, 0, 0)",
        good.id,
        place.id,
    )
    delta = body.quantity if body.cause == "in" else -body.quantity
    await adjust(actor, (good.id, place.id), delta, Cause(body.cause), body.note)
    return await queries.detail(actor, good.id)


async def adjust(
    actor: Actor, at: tuple[int, int], delta: int, cause: Cause, note: str = ""
) -> None:
    """Change how many can be redeemed at (good, place). Raises SoldOut below zero."""
    if await execute(_CHANGE, delta, *at, delta) != 1:
        raise SoldOut("库存没有这么多")
    await _note(actor, at, delta, cause, note)


async def _note(actor: Actor, at: tuple[int, int], delta: int, cause: Cause, note: str) -> None:
    by = actor.user_id if cause in (Cause.IN, Cause.OUT, Cause.COUNTED) else 0
    await ShelfMovement.create(
        good_id=at[0], place_id=at[1], delta=delta, cause=cause, note=note, by=by, at=clock.now()
    )


async def promise(actor: Actor, good_id: int, place_id: int, quantity: int) -> ShelfGood:
    """Keep so many for the actor, within what one may have, in the transaction at hand.

    Raises NotFound for what is not offered to them there, NotOffered, SoldOut, OverLimit.
    """
    good = await queries.get(actor, good_id)
    place = (await queries.named([place_id])).get(place_id)
    if place is None:
        raise NotFound("没有这个兑换点")
    if not (good.is_on and place.is_on):
        raise NotOffered
    at = (good.id, place.id)
    if await execute(_PROMISE, quantity, quantity, *at, quantity) != 1:
        left = (await queries.stock(*at)).amount
        raise SoldOut(f"只剩 {left} 份" if left else "", left=left)
    await _note(actor, at, -quantity, Cause.TAKEN, "")
    await _count(actor.user_id, good, quantity)
    if (await queries.stock(*at)).amount == 0:
        await emit(ShelfEmptied(*at))
    return good


async def _count(user_id: int, good: ShelfGood, quantity: int) -> None:
    key = queries.limit_key(good)
    if key is None:
        return
    who = (good.id, user_id, key)
    columns = "(good_id, user_id, span_key, taken) VALUES (?, ?, ?, 0)"
    await execute(f"{_ignore()} INTO shelves_taking {columns}", *who)
    if await execute(_COUNT, quantity, *who, quantity, good.per_person) != 1:
        raise OverLimit(f"{good.span.label}每人最多兑 {good.per_person} 份")


async def hand_out(at: tuple[int, int], quantity: int) -> None:
    """What was promised at (good, place) has left the shelf."""
    if await execute(_HAND_OUT, quantity, *at, quantity) != 1:
        raise RuntimeError(f"{quantity} of {at} were never promised")
    sql = "UPDATE shelves_good SET redeemed = redeemed + ? WHERE id = ?"
    await execute(sql, quantity, at[0])


async def give_back(
    at: tuple[int, int], quantity: int, user_id: int | None, span_key: str | None
) -> None:
    """What was promised is free again, for the limit of the person and span (`limit_key`) too."""
    if await execute(_HAND_OUT, quantity, *at, quantity) != 1:
        raise RuntimeError(f"{quantity} of {at} were never promised")
    await adjust(SYSTEM, at, quantity, Cause.BACK)
    if user_id is not None and span_key is not None:
        await execute(_UNCOUNT, quantity, at[0], user_id, span_key, quantity)


# -- what others change ----------------------------------------------------------------------------


async def forget(user_id: int) -> None:
    await ShelfTaking.filter(user_id=user_id).delete()


async def follow_area(from_path: str, to_path: str) -> None:
    for table in ("shelves_place", "shelves_good"):
        await move_paths(table, from_path, to_path)
