"""Counting, and ruling what to do about a difference."""

from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import move_paths
from backend.core.errors import Conflict, NotFound
from backend.core.states import check, make
from backend.engines.shelves import queries as shelf
from backend.engines.shelves import service as shelves
from backend.features.stocktakes import queries
from backend.features.stocktakes.models import CountStatus, StockCount
from backend.features.stocktakes.permissions import P
from backend.features.stocktakes.schemas import CountNew, CountOut, CountRuling
from backend.features.stocktakes.states import MOVES
from backend.foundation.audit import service as audit


class MorePromised(Conflict):
    code, title = "more_promised", "已兑换待领取的比实物还多，请先取消部分兑换再调整"


async def count(actor: Actor, body: CountNew) -> CountOut:
    """Write down what lies there, beside what should at this moment.

    Raises NotFound for a place that is not the actor's, and where the good never lay.
    """
    place = (await shelf.named([body.place_id])).get(body.place_id)
    if place is None or not actor.may(P.COUNT, place.area_path):
        raise NotFound("没有这个兑换点")
    stock = await shelf.stock(body.shelf_id, place.id, is_held=True)
    expected = stock.amount + stock.promised
    is_same = expected == body.counted
    one = await StockCount.create(
        good_id=body.shelf_id,
        good_name=await shelf.name_of(body.shelf_id),
        place_id=place.id,
        area_path=place.area_path,
        expected=expected,
        counted=body.counted,
        note=body.note,
        status=CountStatus.SAME if is_same else CountStatus.OPEN,
        counted_by=actor.user_id,
        counted_at=clock.now(),
    )
    facts = {"expected": expected, "counted": body.counted}
    await audit.record(actor, "stocktakes.counted", f"count:{one.id}", one.area_path, **facts)
    return (await queries.shown(actor, [one]))[0]


async def adjust(actor: Actor, count_id: int, body: CountRuling) -> CountOut:
    """The shelf is right: the stock follows by the difference, whatever was redeemed meanwhile.

    Raises NotFound, Forbidden for who counted it, WrongState, StaleVersion, MorePromised.
    """
    one = await queries.get(actor, count_id)
    check(one, MOVES["adjust"], actor, body.version)
    at, note = (one.good_id, one.place_id), f"盘点 {one.id}：{body.grounds}"[:200]
    try:
        await shelves.adjust(actor, at, one.difference, shelves.Cause.COUNTED, note)
    except shelves.SoldOut as error:
        raise MorePromised from error
    return await _rule(actor, one, "adjust", body)


async def keep(actor: Actor, count_id: int, body: CountRuling) -> CountOut:
    """The books are right: nothing changes. Raises NotFound, Forbidden, WrongState."""
    return await _rule(actor, await queries.get(actor, count_id), "keep", body)


async def _rule(actor: Actor, one: StockCount, move: str, body: CountRuling) -> CountOut:
    ruled: dict[str, Any] = {
        "ruled_by": actor.user_id,
        "ruled_at": clock.now(),
        "grounds": body.grounds,
    }
    await make(one, MOVES[move], actor, version=body.version, **ruled)
    facts = {"ruling": move, "difference": one.difference, "grounds": body.grounds}
    await audit.record(actor, "stocktakes.ruled", f"count:{one.id}", one.area_path, **facts)
    return (await queries.shown(actor, [one]))[0]


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("stocktakes_count", from_path, to_path)
