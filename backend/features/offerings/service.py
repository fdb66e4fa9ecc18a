"""Setting offerings up, signing up for them, and being there."""

from datetime import datetime

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute
from backend.core.errors import Conflict, Invalid
from backend.engines.attendances import service as attendances
from backend.engines.bookings import queries as booking_queries
from backend.engines.bookings import service as bookings
from backend.engines.bookings.queries import BookBody, Booking, Direction, GuestOut, SlotStatus
from backend.engines.bookings.service import NewSlot
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import ANNOUNCED, RECRUITING, Fair
from backend.engines.stalls import queries as stalls
from backend.features.offerings import queries, rules
from backend.features.offerings.models import Offering
from backend.features.offerings.schemas import OfferingNew, OfferingOut, ReasonBody
from backend.foundation.audit import service as audit


class OneTurn(Conflict):
    code, title = "one_turn", "每人每个项目只能约一个时段"


async def create(actor: Actor, fair_id: int, body: OfferingNew) -> OfferingOut:
    """Set an offering up with its turns. Raises NotFound, WrongState, Invalid."""
    fair = await fairs.run_by(actor, fair_id)
    fairs.demand_status(fair, RECRUITING)
    spans = list(rules.turns(body.starts_at, body.ends_at, body.minutes))
    if wrong := _wrong(fair, body, len(spans)):
        raise Invalid(fields=wrong)
    place = fair.place
    if body.stall_id is not None:
        stall = await stalls.get(actor, body.stall_id)
        if stall.fair_id != fair.id:
            raise Invalid(fields={"stall_id": "这个摊位不在本场集市"})
        place = f"{fair.place} {stalls.called(stall)}"[:100]
    offering = await Offering.create(
        fair=fair,
        **{name: getattr(body, name) for name in ("stall_id", "kind", "title", "about")},
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    for span in spans:
        await bookings.open_slot(actor, _slot(fair, offering, body, place, span))
    await audit.record(actor, "offerings.created", f"offering:{offering.id}", fair.area_path)
    return (await queries.shown(actor, [offering]))[0]


def _wrong(fair: Fair, body: OfferingNew, turns: int) -> dict[str, str]:
    if fair.starts_at is None or fair.ends_at is None:
        return {"starts_at": "请先定下集市的时间"}
    if not fair.starts_at <= body.starts_at < body.ends_at <= fair.ends_at:
        return {"starts_at": "要在集市的时间之内"}
    if not 1 <= turns <= rules.MOST_TURNS:
        return {"minutes": f"这样会分成 {turns} 个时段，应为 1 到 {rules.MOST_TURNS} 个"}
    if body.first_until is not None and not body.first_age:
        return {"first_age": "请填写优先的年龄"}
    if body.first_until is not None and body.first_until > body.starts_at:
        return {"first_until": "优先时间要早于开始"}
    return {}


def _slot(
    fair: Fair, one: Offering, body: OfferingNew, place: str, span: tuple[datetime, datetime]
) -> NewSlot:
    return NewSlot(
        owner_kind=queries.OWNER,
        owner_id=one.id,
        link=fairs.PAGE.format(fair.id),
        area_path=fair.area_path,
        title=one.title,
        place=place,
        starts_at=span[0],
        ends_at=span[1],
        quota=body.quota,
        most_waiting=body.most_waiting,
        first_age=body.first_age,
        first_until=body.first_until,
    )


async def call_off(actor: Actor, offering_id: int, body: ReasonBody) -> OfferingOut:
    """Call every turn off that is not over; whoever signed up reads why. Raises NotFound."""
    offering = await queries.run_by(actor, offering_id)
    await _call_off(actor, offering.id, body.reason)
    area_path = offering.fair.area_path
    await audit.record(actor, "offerings.called_off", f"offering:{offering.id}", area_path)
    return (await queries.shown(actor, [offering]))[0]


async def _call_off(actor: Actor, offering_id: int, reason: str) -> None:
    for slot in await booking_queries.slots_of(queries.OWNER, [offering_id]):
        if slot.status in (SlotStatus.OPEN, SlotStatus.CLOSED):
            await bookings.move(actor, slot.id, "call-off", reason)


async def book(actor: Actor, offering_id: int, slot_id: int, body: BookBody) -> OfferingOut:
    """Take a turn, or stand in its waiting list: one turn a person in each offering.

    Raises NotFound, WrongState before the preview and after the end, OneTurn, and as bookings do.
    """
    offering = await queries.get(actor, offering_id)
    fairs.demand_status(offering.fair, ANNOUNCED)
    await queries.slot_of(offering, slot_id)
    await execute("UPDATE offerings_offering SET booked = booked + 1 WHERE id = ?", offering.id)
    if await _has_turn(actor, offering, body.resident_id):
        raise OneTurn
    await bookings.book(actor, slot_id, resident_id=body.resident_id)
    return (await queries.shown(actor, [offering]))[0]


async def _has_turn(actor: Actor, offering: Offering, resident_id: int | None) -> bool:
    person = await booking_queries.person(actor, resident_id)
    whose = None if person is None or person.is_me else person.resident_id
    slots = await booking_queries.slots_of(queries.OWNER, [offering.id])
    mine = Booking.filter(user_id=actor.user_id, slot_id__in=[one.id for one in slots])
    return await mine.filter(resident_id=whose).exclude(live_key=None).exists()


async def admit(actor: Actor, offering_id: int, slot_id: int, booking_id: int) -> GuestOut:
    """Check somebody in who has no phone at hand. Raises NotFound, WrongState, DoorShut."""
    slot = await queries.slot_of(await queries.run_by(actor, offering_id), slot_id)
    seen = await attendances.see(actor, slot.id, booking_id, Direction.IN)
    return (await booking_queries.guests_shown(actor, slot, [seen], is_staff=True))[0]


# -- what follows --------------------------------------------------------------------------------
async def follow(fair_id: int, move: str, reason: str) -> None:
    """The fair is called off or has another time: its turns go with it."""
    fair = await fairs.get(SYSTEM, fair_id)
    if move in ("cancel", "retract"):
        said = reason or "集市改期，请看新的预告"
        for offering in await Offering.filter(fair_id=fair_id).order_by("id"):
            await _call_off(SYSTEM, offering.id, said[:100])
    elif move == "arrange":
        for slot in await queries.slots_of(fair_id):
            if not _is_within(fair, slot.starts_at, slot.ends_at):
                await bookings.move(SYSTEM, slot.id, "call-off", "集市改期")


def _is_within(fair: Fair, starts_at: datetime, ends_at: datetime) -> bool:
    if fair.starts_at is None or fair.ends_at is None:
        return False
    return fair.starts_at <= starts_at and ends_at <= fair.ends_at


async def forget(user_id: int) -> None:
    """A person left who set offerings up: nobody did."""
    await Offering.filter(created_by=user_id).update(created_by=None)
