"""Reading stays and occupancy, and what a car owes now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import LinliError, NotFound
from backend.core.schemas import Page, PageQuery
from backend.engines.lots import queries as lots
from backend.engines.stays import rules
from backend.engines.stays.models import Phase as Phase
from backend.engines.stays.models import Stay as Stay
from backend.engines.stays.models import StayPayment
from backend.engines.stays.permissions import P
from backend.engines.stays.rules import DOUBLE
from backend.engines.stays.rules import Passing as Passing
from backend.engines.stays.schemas import OccupancyOut as OccupancyOut
from backend.engines.stays.schemas import Quote as Quote
from backend.engines.stays.schemas import QuoteBody, StayQuery
from backend.engines.stays.schemas import StayOut as StayOut
from backend.engines.vehicles import queries as vehicles

_COVERS = {"pass": "月卡", "visit": "访客通行证"}
_INSIDE = (
    "SELECT lot_id, COUNT(*) AS inside FROM stays_stay "
    "WHERE phase = 'inside' AND entered_at > ? AND lot_id IN ({}) GROUP BY lot_id"
)


class TicketGone(LinliError):
    status, code, title = 404, "ticket_gone", "缴费信息已过期，请重新查询"


def visible_to(actor: Actor) -> QuerySet[Stay]:
    """Stays in the car parks where the actor works."""
    return Stay.filter(lots.at_work(actor, P.READ, "lot__"))


async def get(actor: Actor, stay_id: int) -> Stay:
    """A stay at the actor's work, with its car park. Raises NotFound."""
    found = await visible_to(actor).filter(id=stay_id).prefetch_related("lot__area").first()
    if found is None:
        raise NotFound("没有这条停车记录")
    return found


def bill(one: Stay) -> rules.Bill:
    """What decides what the stay owes."""
    tariff = lots.tariff_of(one.tariff)
    return rules.Bill(tariff, one.entered_at, one.free_until, one.quoted_at, one.paid_until)


def fee_at(one: Stay, moment: datetime) -> int:
    """Fen of the stay if it ended at the moment; final once it has left."""
    return bill(one).fee_at(moment) if one.phase == Phase.INSIDE else int(one.fee)


def due_at(one: Stay, moment: datetime) -> int:
    """Fen still to be paid if it ended at the moment."""
    return rules.due(fee_at(one, moment), one.paid, one.waived)


def plate_of(one: Stay) -> str | None:
    """The folded plate in plain; None once it is forgotten."""
    return vehicles.opened(one.plate, one.seal) if one.plate else None


# -- for the gates -------------------------------------------------------------------------------


async def anchor(lot_id: int, text: str, at: datetime) -> datetime | None:
    """From which moment on passings of the plate have to be looked at when one at `at` is new:
    what was over before it stays as it is. None: from the beginning."""
    before = Stay.filter(
        lot_id=lot_id,
        plate_index__in=vehicles.indexes(text),
        phase=Phase.LEFT,
        left_at__lt=at - DOUBLE,
    )
    found = await before.order_by("-left_at").first()
    return found.entered_at if found else None


async def inside(lot_id: int, text: str) -> Stay | None:
    """The stay of a plate that is in the car park."""
    chosen = Stay.filter(lot_id=lot_id, plate_index__in=vehicles.indexes(text), phase=Phase.INSIDE)
    return await chosen.order_by("-entered_at").prefetch_related("lot__area").first()


async def occupancy(found: Sequence[lots.Lot]) -> list[OccupancyOut]:
    """How full the car parks are, with one statement for all of them."""
    ids = [one.id for one in found]
    if not ids:
        return []
    counted = await rows(_INSIDE.format(marks(ids)), clock.now() - rules.KEPT, *ids)
    cars = {row["lot_id"]: int(row["inside"]) for row in counted}
    return [
        OccupancyOut(
            lot_id=one.id,
            capacity=one.capacity,
            inside=cars.get(one.id, 0),
            free=max(one.capacity - cars.get(one.id, 0), 0),
        )
        for one in found
    ]


# -- paying --------------------------------------------------------------------------------------


async def quote(body: QuoteBody) -> Quote:
    """What a plate in a car park owes now. Raises NotFound when it is not inside."""
    lot = await lots.get(body.lot_id)
    return await quote_of(lot.id, vehicles.plate_of(body.plate).text)


async def quote_of(lot_id: int, text: str) -> Quote:
    found = await inside(lot_id, text)
    if found is None or found.entered_at is None:
        raise NotFound("没有找到在场的车辆，请核对车牌")
    now = clock.now()
    return Quote(
        lot_name=found.lot.name,
        entered_at=found.entered_at,
        minutes=_minutes(found.entered_at, now),
        amount=due_at(found, now),
        covered_by=_COVERS.get(found.cover or "", ""),
        paid=found.paid,
        paid_until=found.paid_until,
        ticket=ticket(found),
    )


def _minutes(begins: datetime, ends: datetime) -> int:
    return max(int((ends - begins).total_seconds()) // 60, 0)


def ticket(one: Stay) -> str:
    """Lets its bearer pay for the stay, for some minutes: ids alone are guessed."""
    expires = int(clock.now().timestamp()) + rules.TICKET_SECONDS
    return f"{one.id}.{expires}.{crypto.sign(rules.ticket_text(one.id, expires))}"


async def by_ticket(text: str) -> Stay:
    """The stay that a ticket pays. Raises TicketGone."""
    parts = text.split(".")
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() for one in parts[:2]):
        raise TicketGone
    stay_id, expires = int(parts[0][:18]), int(parts[1][:18])
    is_ours = crypto.signed_ok(rules.ticket_text(stay_id, expires), parts[2])
    if not is_ours or expires < clock.now().timestamp():
        raise TicketGone
    found = await Stay.get_or_none(id=stay_id).prefetch_related("lot__area")
    if found is None:
        raise TicketGone
    return found


# -- lists ---------------------------------------------------------------------------------------


async def mine(actor: Actor, query: PageQuery) -> Page[StayOut]:
    """Stays of the actor's cars, latest first."""
    cars = {one.id for one in await vehicles.owned(actor)}
    chosen = Stay.filter(vehicle_id__in=list(cars) or [0]).exclude(phase=Phase.UNMATCHED)
    items, after = await _page(chosen, query)
    return Page(items=[shown(one, is_own=True) for one in items], next=after)


async def listed(actor: Actor, query: StayQuery) -> Page[StayOut]:
    """Stays of a car park where the actor works, latest first. Raises NotFound."""
    lot = await lots.managed(actor, query.lot_id, P.READ)
    chosen = Stay.filter(lot_id=lot.id)
    if query.phase is not None:
        chosen = chosen.filter(phase=query.phase)
    if query.is_owed:
        chosen = chosen.filter(owed__gt=0)
    if query.plate is not None:
        text = vehicles.plate_of(query.plate).text
        chosen = chosen.filter(plate_index__in=vehicles.indexes(text))
    items, after = await _page(chosen, query)
    return Page(items=[shown(one, is_own=False) for one in items], next=after)


async def _page(chosen: QuerySet[Stay], query: PageQuery) -> tuple[list[Stay], str | None]:
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("lot__area")
    return paging.cut(found, query.limit, lambda one: (one.id,))


def shown(one: Stay, *, is_own: bool) -> StayOut:
    now, text = clock.now(), plate_of(one)
    plate = text and vehicles.read_plate(text)
    due = due_at(one, now)
    return StayOut(
        id=one.id,
        lot_id=one.lot_id,
        lot_name=one.lot.name,
        plate=(plate.shown if is_own and plate else vehicles.masked(text)) if text else None,
        phase=one.phase,
        phase_name=one.phase.label,
        entered_at=one.entered_at,
        left_at=one.left_at,
        minutes=_minutes(one.entered_at, one.left_at or now) if one.entered_at else None,
        covered_by=_COVERS.get(one.cover or "", ""),
        fee=fee_at(one, now),
        paid=one.paid,
        waived=one.waived,
        owed=due,
        paid_until=one.paid_until,
        ticket=ticket(one) if is_own and due else None,
    )


async def now_inside(vehicle_ids: Iterable[int]) -> dict[int, Stay]:
    """The stays of these vehicles that are under way, by vehicle."""
    chosen = Stay.filter(vehicle_id__in=list(vehicle_ids) or [0], phase=Phase.INSIDE)
    found = await chosen.order_by("id").prefetch_related("lot__area")
    return {one.vehicle_id or 0: one for one in found}


async def payments_of(stay_id: int) -> list[StayPayment]:
    """What was paid for a stay, latest first."""
    return await StayPayment.filter(stay_id=stay_id, paid_at__not_isnull=True).order_by(
        "-paid_at", "-id"
    )


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    cars = [one.id for one in await vehicles.owned(Actor(user_id))]
    paid = [one.stay_id for one in await StayPayment.filter(payer_id=user_id)]
    chosen = Stay.filter(Q(vehicle_id__in=cars or [0]) | Q(id__in=paid or [0]))
    found = await chosen.order_by("id").prefetch_related("lot__area")
    return {
        "停车记录": [
            {
                "停车场": one.lot.name,
                "车牌": plate_of(one),
                "入场": one.entered_at,
                "离场": one.left_at,
                "费用（分）": one.fee,
            }
            for one in found
        ]
    }
