"""Checking in and out."""

from backend.core import clock
from backend.core.actor import Actor
from backend.core.errors import Conflict, Invalid, NotFound, WrongState
from backend.core.states import check
from backend.engines.attendances import rules
from backend.engines.attendances.schemas import HereBody, PointBody, ScanBody
from backend.engines.bookings import queries as bookings
from backend.engines.bookings import service as booking_service
from backend.engines.bookings.queries import (
    MOVES,
    Booking,
    BookingOut,
    BookingStatus,
    Direction,
    Point,
    Proof,
    Slot,
)


class CodeExpired(Conflict):
    code, title = "code_expired", "这个码已过期，请扫现场屏幕上的最新码"


class NotThere(Conflict):
    code, title = "not_there", "您离现场还有点远，到了再签到"


class DoorShut(Conflict):
    code, title = "door_shut", "现在不是签到、签退的时间"


REFUSALS = (NotFound, Invalid, WrongState, Conflict, CodeExpired, NotThere, DoorShut)
"""How checking in and out may refuse."""
OWN = {Direction.IN: "check-in", Direction.OUT: "check-out"}
BY_HOST = {Direction.IN: "admit", Direction.OUT: "see-off"}
AFTER = {Direction.IN: BookingStatus.CHECKED_IN, Direction.OUT: BookingStatus.CHECKED_OUT}


async def scan(actor: Actor, body: ScanBody) -> BookingOut:
    """Come or go by the code on the screen. A second scan changes nothing.

    Raises Invalid for a code of somebody else's, CodeExpired, NotFound without a booking.
    """
    found = rules.scanned(body.code, clock.now())
    if found is None:
        raise Invalid(fields={"code": "这不是签到码"})
    if not found.is_fresh:
        raise CodeExpired
    slot = await bookings.held(found.slot_id)
    booking = await _chosen(actor, slot, body.booking_id)
    if slot.proof is Proof.BOTH:
        _check_place(slot, body.at)
    how = "both" if slot.proof is Proof.BOTH else "code"
    return await _pass(actor, slot, booking, found.direction, how)


async def _chosen(actor: Actor, slot: Slot, booking_id: int | None) -> Booking:
    own = await bookings.own(actor, slot.id)
    found = [one for one in own if booking_id in (None, one.id)]
    if not found:
        raise NotFound("您没有报名这一场")
    return found[0]


async def here(actor: Actor, booking_id: int, body: HereBody) -> BookingOut:
    """Come or go by place, where that is enough. Raises NotFound, Conflict, NotThere."""
    slot, booking = await booking_service.held_mine(actor, booking_id)
    if slot.proof is not Proof.PLACE:
        raise Conflict("这一场要扫现场屏幕上的码")
    _check_place(slot, body.at)
    return await _pass(actor, slot, booking, body.direction, "place")


def _check_place(slot: Slot, at: PointBody | None) -> None:
    if at is None:
        raise Invalid(fields={"at": "请允许获取位置"})
    if slot.latitude is None or slot.longitude is None:
        raise Conflict("组织者没有设置地点")
    here = Point(at.latitude, at.longitude)
    away = rules.metres(Point(slot.latitude, slot.longitude), here)
    if away > slot.radius:
        raise NotThere(f"您离现场约 {away} 米，到了再签到", metres=away)


async def _pass(
    actor: Actor, slot: Slot, booking: Booking, direction: Direction, how: str
) -> BookingOut:
    if booking.status is not AFTER[direction]:
        await _through(actor, slot, booking, direction, (OWN[direction], how))
    return await bookings.one_of_mine(actor, booking.id)


async def _through(
    actor: Actor, slot: Slot, booking: Booking, direction: Direction, by: tuple[str, str]
) -> None:
    """`by`: the name of the move, and how the coming was shown."""
    name, how = by
    check(booking, MOVES[name], actor)
    if not bookings.is_door_open(slot, direction, clock.now()):
        raise DoorShut
    if direction is Direction.IN:
        changes = {"checked_in_at": clock.now(), "checked_by": how, "offered_until": None}
    else:
        changes = {"checked_out_at": clock.now()}
    await booking_service.step(slot, booking, name, actor, **changes)


async def see(actor: Actor, slot_id: int, booking_id: int, direction: Direction) -> Booking:
    """The host checks somebody in or out whose phone cannot: the room above has checked that the
    actor is one. Raises NotFound, WrongState, DoorShut."""
    slot = await booking_service.hosted(slot_id)
    booking = await bookings.guest(slot_id, booking_id)
    await _through(actor, slot, booking, direction, (BY_HOST[direction], "host"))
    return booking
