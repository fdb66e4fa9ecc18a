"""Reading redemptions: one's own, and those of a place for who serves there."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging, pickups
from backend.core.actor import Actor
from backend.core.database import rows
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.core.states import moves_open_to
from backend.engines.shelves import queries as shelves
from backend.features.mall.models import CODE, Redemption, RedemptionStatus
from backend.features.mall.permissions import P
from backend.features.mall.schemas import MineQuery, PlaceQuery, RedemptionCard, RedemptionOut
from backend.features.mall.states import MOVES
from backend.foundation.identity import queries as identity

PREFIX = "LLJF"
"""What stands before the code in its QR, so that a scan knows what it sees."""
WARNED_BEFORE = timedelta(hours=24)
_STATES = {
    "open": Q(status=RedemptionStatus.WAITING),
    "over": ~Q(status=RedemptionStatus.WAITING),
    "all": ~Q(id=0),
}


def visible_to(actor: Actor) -> QuerySet[Redemption]:
    """One's own; those of a place are asked for with the place."""
    return Redemption.all() if actor.is_system else Redemption.filter(user_id=actor.user_id)


async def get(actor: Actor, redemption_id: int, *, is_held: bool = False) -> Redemption:
    """The redemption with its place, one's own or of a place where one serves.

    `is_held`: rivals wait until this transaction ends. Raises NotFound.
    """
    chosen = Redemption.filter(id=redemption_id)
    found = await (chosen.select_for_update() if is_held else chosen).first()
    if found is not None:
        await load([found])
    if found is None or not (found.may(actor, P.REDEEM) or _serves(actor, found)):
        raise NotFound("没有这笔兑换")
    return found


def _serves(actor: Actor, one: Redemption) -> bool:
    return one.place is not None and one.place.is_served_by(actor)


async def load(found: Sequence[Redemption]) -> None:
    """The places beside the rows."""
    places = await shelves.named(one.place_id for one in found)
    await shelves.load(list(places.values()))
    for one in found:
        one.place = places[one.place_id]


async def by_code(place_id: int, text: str) -> list[Redemption]:
    """What a code (as scanned or typed) stands for at the place, latest first."""
    indexes = pickups.indexes(text, place_id, field=CODE)
    return await Redemption.filter(place_id=place_id, code_index__in=indexes).order_by("-id")


# -- lists -----------------------------------------------------------------------------------------


async def mine(actor: Actor, query: MineQuery) -> Page[RedemptionCard]:
    """What the actor redeemed, latest first."""
    return await _page(visible_to(actor).filter(_STATES[query.state]), query)


async def at_place(actor: Actor, place_id: int, query: PlaceQuery) -> Page[RedemptionCard]:
    """What waits at a place or is over. Raises NotFound for who does not serve there."""
    place = await shelves.place(actor, place_id)
    return await _page(Redemption.filter(_STATES[query.state], place_id=place.id), query)


async def _page(chosen: QuerySet[Redemption], query: PageQuery) -> Page[RedemptionCard]:
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    await load(items)
    return Page(items=[RedemptionCard(**_card(one)) for one in items], next=after)


def _card(one: Redemption) -> dict[str, Any]:
    same = ("id", "name", "quantity", "points", "status", "created_at", "due_at", "ended_at")
    return {name: getattr(one, name) for name in (*same, "version")} | {
        "status_name": one.status.label,
        "place_name": one.place.name if one.place else "",
    }


async def shown(actor: Actor, one: Redemption) -> RedemptionOut:
    """A redemption in full, as far as the one who looks may see it."""
    return RedemptionOut(**await facts(actor, one))


async def facts(actor: Actor, one: Redemption) -> dict[str, Any]:
    """The fields of schemas.RedemptionOut."""
    is_mine = one.may(actor, P.REDEEM)
    code = one.open_code() if is_mine else None
    name = ""
    if not is_mine and one.user_id is not None:
        name = (await identity.names([one.user_id]))[one.user_id].name
    return _card(one) | {
        "shelf_id": one.good_id,
        "address": one.place.address if one.place else "",
        "hours": one.place.hours if one.place else "",
        "reason": one.reason,
        "code": code,
        "qr": code and pickups.qr(PREFIX, code),
        "person": crypto.mask_name(name),
        "moves": moves_open_to(MOVES, one, actor),
    }


# -- the clock and the proof -----------------------------------------------------------------------


async def due(limit: int) -> list[int]:
    """Ids of those whose time has run out."""
    found = Redemption.filter(status=RedemptionStatus.WAITING, due_at__lte=clock.now())
    return [one.id for one in await found.order_by("due_at").limit(limit).only("id")]


async def to_warn(limit: int) -> list[Redemption]:
    """Those whose time runs out soon and of whom nobody was told."""
    until = clock.now() + WARNED_BEFORE
    found = Redemption.filter(status=RedemptionStatus.WAITING, warned_at=None, due_at__lte=until)
    return await found.filter(due_at__gt=clock.now()).order_by("due_at").limit(limit)


_CHECKS = (
    (
        "SELECT r.id, r.status, h.status AS hold FROM mall_redemption r LEFT JOIN points_hold h "
        "ON h.`key` LIKE 'mall:%' AND CAST(SUBSTR(h.`key`, 6) AS INTEGER) = r.id "
        "WHERE h.id IS NULL OR h.amount <> r.points "
        "OR h.status <> CASE r.status WHEN 'waiting' THEN 'reserved' WHEN 'done' THEN 'spent' "
        "ELSE 'released' END",
        "redemption {id} is {status}, its points are {hold}",
    ),
    (
        "SELECT s.good_id, s.place_id, s.promised, COALESCE(r.sum, 0) AS waiting "
        "FROM shelves_stock s LEFT JOIN (SELECT good_id, place_id, SUM(quantity) AS sum "
        "FROM mall_redemption WHERE status = 'waiting' GROUP BY good_id, place_id) r "
        "ON r.good_id = s.good_id AND r.place_id = s.place_id "
        "WHERE s.promised <> COALESCE(r.sum, 0)",
        "good {good_id} at {place_id}: {promised} promised, {waiting} redeemed",
    ),
)


async def check() -> list[str]:
    """Every disagreement between redemptions, shelves and points, in words."""
    own = [words.format(**one) for sql, words in _CHECKS for one in await rows(sql)]
    return [*own, *await shelves.check()]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await Redemption.filter(user_id=user_id).order_by("id")
    return {
        "积分兑换": [
            {
                "内容": f"{one.name} ×{one.quantity}",
                "积分": one.points,
                "状态": one.status.label,
                "兑换时间": one.created_at,
                "领取时间": one.ended_at,
            }
            for one in found
        ]
    }
