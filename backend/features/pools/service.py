"""Settling with shops, putting budgets in and out, taking back what was wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import duplicate_is, move_paths
from backend.core.errors import Conflict, NotFound
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.points import queries as bank
from backend.engines.shelves import queries as shelves
from backend.engines.shops import queries as shops
from backend.features.pools import messages, queries
from backend.features.pools.models import Kind, PoolEntry
from backend.features.pools.permissions import P
from backend.features.pools.rules import AlreadyBooked, AlreadyTakenBack
from backend.features.pools.schemas import BudgetNew, EntryOut, SettlementNew, TakeBack
from backend.foundation.audit import service as audit
from backend.foundation.notify import service as notify


async def settle(actor: Actor, area_id: int, body: SettlementNew) -> EntryOut:
    """A shop was paid for points that it took: they come into the community's pool.

    Raises NotFound for a shop that hands nothing over there, NotEnoughPoints when it took fewer,
    AlreadyBooked for a voucher that was booked.
    """
    path = await queries.community(actor, area_id, P.KEEP)
    if body.shop_id not in await shelves.shops_below(path):
        raise NotFound("这家店不在本社区的兑换点里")
    made = PoolEntry(**body.model_dump(), kind=Kind.SETTLE, community_id=area_id, area_path=path)
    shown = await _book(actor, made, (bank.shop(body.shop_id), bank.pool(area_id)))
    for user_id in await shops.staff_of(body.shop_id):
        said: dict[str, Any] = {
            "shop": shown.shop_name,
            "amount": body.amount,
            "voucher": body.voucher,
        }
        await notify.send(messages.SETTLED, to=user_id, **said)
    return shown


async def budget(actor: Actor, area_id: int, body: BudgetNew) -> EntryOut:
    """New points come into a community's pool, or points of it go for good.

    Raises NotFound, NotEnoughPoints, AlreadyBooked.
    """
    path = await queries.community(actor, area_id, P.KEEP)
    made = PoolEntry(**body.model_dump(), community_id=area_id, area_path=path)
    way = (bank.issued(area_id), bank.pool(area_id))
    return await _book(actor, made, way if made.kind is Kind.PUT_IN else way[::-1])


async def _book(actor: Actor, made: PoolEntry, way: tuple[str, str]) -> EntryOut:
    await _write(actor, made, AlreadyBooked())
    memo, legs = _memo(made), [Leg(way[0], -made.amount), Leg(way[1], made.amount)]
    with _enough():
        await ledgers.post(made.key, legs, kind="pool", memo=memo, unit=bank.UNIT)
    return (await queries.shown([made]))[0]


def _memo(one: PoolEntry) -> str:
    return f"{one.kind.label} {one.voucher}"


@contextmanager
def _enough() -> Iterator[None]:
    try:
        yield
    except ledgers.NotEnough as error:
        raise bank.NotEnoughPoints from error


async def _write(actor: Actor, made: PoolEntry, twice: Conflict) -> None:
    made.by, made.at = actor.user_id, clock.now()
    with duplicate_is(twice):
        await made.save(force_create=True)
    facts = {"kind": made.kind, "amount": made.amount, "voucher": made.voucher, "note": made.note}
    facts |= {"shop": made.shop_id, "reverses": made.reverses_id}
    await audit.record(actor, "pools.booked", f"pool-entry:{made.id}", made.area_path, **facts)


async def take_back(actor: Actor, entry_id: int, body: TakeBack) -> EntryOut:
    """What was booked was wrong: the opposite is booked, once.

    Raises NotFound, AlreadyTakenBack (also for what takes back itself), NotEnoughPoints.
    """
    wrong = await queries.get(actor, entry_id)
    if wrong.kind is Kind.BACK:
        raise AlreadyTakenBack
    made = PoolEntry(
        kind=Kind.BACK,
        shop_id=wrong.shop_id,
        amount=wrong.amount,
        voucher=f"{wrong.voucher}/{Kind.BACK}",
        note=body.note,
        reverses_id=wrong.id,
        community_id=wrong.community_id,
        area_path=wrong.area_path,
    )
    await _write(actor, made, AlreadyTakenBack())
    with _enough():
        await ledgers.reverse(made.key, wrong.key, memo=_memo(made))
    return (await queries.shown([made]))[0]


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("pools_entry", from_path, to_path)
