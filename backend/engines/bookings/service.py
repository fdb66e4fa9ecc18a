"""Opening slots, booking, moving up, being there.

Whoever changes a slot's places holds the slot's row (`queries.held`) until the commit; and yet the
quota rests on one conditional UPDATE alone, see `_take`. Rooms above check whose thing a slot is,
then call; the functions for hosts trust them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.core import clock, database
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, move_paths
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from backend.core.events import emit
from backend.core.jobs import enqueue, job
from backend.core.states import check, make
from backend.engines.bookings import messages, queries, rules
from backend.engines.bookings.events import Booked, BookingMoved, PlacesFreed, SlotMoved
from backend.engines.bookings.models import Booking, Slot, live_key
from backend.engines.bookings.queries import BookingOut, Point, Proof
from backend.engines.bookings.states import HOLDING, LIVE, MOVES, SLOT_MOVES, B
from backend.foundation.notify import service as notify
from backend.foundation.residents import queries as residents


class FullUp(Conflict):
    code, title = "full_up", "名额和候补都满了"


class AlreadyBooked(Conflict):
    code, title = "already_booked", "已经报过名了"


class NotOpen(Conflict):
    code, title = "not_open", "现在不能报名"


class NotYetForYou(Forbidden):
    code, title = "not_yet_for_you", "这个时段优先开放给年长的居民"


class TooLate(Conflict):
    code, title = "too_late", "已过取消时间，来不了请直接联系组织者"


class QuotaTaken(Conflict):
    code, title = "quota_taken", "已报名的人数超过了这个名额"


BOOKING = (NotFound, FullUp, AlreadyBooked, NotOpen, NotYetForYou)
"""How `book` may refuse."""


@dataclass(frozen=True)
class NewSlot:
    """What a room above opens. Moments left out: sign-up opens now, closes at the start, and
    until then one may cancel. `first_age` alone is a rule for good, with `first_until` a start."""

    owner_kind: str
    owner_id: int
    link: str
    area_path: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    quota: int
    point: Point | None = None
    radius: int = 300
    proof: Proof = Proof.CODE
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    cancel_until: datetime | None = None
    most_waiting: int = 0
    first_age: int | None = None
    first_until: datetime | None = None
    offer_minutes: int = 0


# -- the host's ------------------------------------------------------------------------------------
async def open_slot(actor: Actor, new: NewSlot) -> Slot:
    """Open a slot for a thing of the room above. Raises Invalid."""
    columns = dict(vars(new))
    point = columns.pop("point")
    made = Slot(
        **columns
        | {
            "latitude": point and point.latitude,
            "longitude": point and point.longitude,
            "opens_at": new.opens_at or clock.now(),
            "closes_at": new.closes_at or new.starts_at,
            "cancel_until": new.cancel_until or new.starts_at,
        },
        created_by=actor.user_id or None,
        created_at=clock.now(),
    )
    _check_sense(made)
    await made.save()
    made.is_hosted = True
    return made


def _check_sense(one: Slot) -> None:
    if wrong := rules.nonsense(one):
        raise Invalid(fields=wrong)


async def change(actor: Actor, slot_id: int, version: int, **changes: Any) -> Slot:
    """Change columns of a slot; whoever has signed up hears of another time or place.

    A smaller quota never puts anybody out. Raises Invalid, QuotaTaken, StaleVersion, WrongState.
    """
    slot = await hosted(slot_id)
    check(slot, SLOT_MOVES["change"], actor, version)
    before = (slot.starts_at, slot.ends_at, slot.place)
    is_more = changes.get("quota", slot.quota) > slot.quota
    _check_sense(slot.clone().update_from_dict({"id": slot.id, **changes}))
    await _set_quota(slot, changes.pop("quota", slot.quota))
    await make(slot, SLOT_MOVES["change"], actor, **changes)
    await _slot_moved(slot, "change")
    if is_more:
        await emit(PlacesFreed(slot.id))
    if before != (slot.starts_at, slot.ends_at, slot.place):
        for booking in await queries.bookings_of(slot.id, LIVE):
            await _tell(booking, slot, messages.CHANGED)
    return slot


async def _set_quota(slot: Slot, quota: int) -> None:
    sql = "UPDATE bookings_slot SET quota = ? WHERE id = ? AND taken <= ?"
    if await execute(sql, quota, slot.id, quota) != 1:
        raise QuotaTaken(taken=slot.taken)
    slot.quota = quota


async def move(actor: Actor, slot_id: int, name: str, reason: str = "") -> Slot:
    """`close`, `reopen` or `call-off` a slot; of the last everybody hears why.

    Raises WrongState."""
    slot = await hosted(slot_id)
    await make(slot, SLOT_MOVES[name], actor)
    await _slot_moved(slot, name)
    if name == "call-off":
        leaving = await queries.bookings_of(slot.id, MOVES["call-off"].sources)
        for booking in leaving:
            await _leave(slot, booking, "call-off", SYSTEM, reason)
            await _tell(booking, slot, messages.CALLED_OFF, reason=reason)
    return slot


async def hosted(slot_id: int) -> Slot:
    """The slot, held, for whoever holds what is booked: the room above has checked it."""
    slot = await queries.held(slot_id)
    slot.is_hosted = True
    return slot


async def _slot_moved(slot: Slot, name: str) -> None:
    await emit(SlotMoved(slot.id, name, slot.owner_kind, slot.owner_id))


async def release(actor: Actor, slot_id: int, booking_id: int, reason: str) -> Booking:
    """Take somebody off the list, with a reason they read. Raises NotFound, WrongState."""
    slot = await hosted(slot_id)
    booking = await queries.guest(slot_id, booking_id)
    await _leave(slot, booking, "release", actor, reason)
    await _tell(booking, slot, messages.RELEASED, reason=reason)
    return booking


async def attest(actor: Actor, slot_id: int, booking_id: int) -> Booking:
    """Say that somebody came who was not checked in. Raises NotFound, WrongState."""
    slot = await hosted(slot_id)
    booking = await queries.guest(slot_id, booking_id)
    await make(booking, MOVES["attest"], actor, checked_by="host")
    await moved(booking, slot, "attest")
    return booking


# -- the guest's -----------------------------------------------------------------------------------
async def book(actor: Actor, slot_id: int, *, resident_id: int | None = None) -> Booking:
    """Sign up, oneself or somebody of one's household: a place, or a turn on the waiting list.

    Raises NotFound, NotOpen, NotYetForYou, AlreadyBooked, FullUp.
    """
    slot = await queries.held(slot_id)
    now = clock.now()
    person = await queries.person(actor, resident_id)
    key = live_key(slot.id, actor.user_id, person and person.resident_id)
    if await Booking.filter(live_key=key).exists():
        raise AlreadyBooked
    _check_open(slot, person, now)
    status = B.BOOKED if await _take(slot) else B.WAITING
    if status is B.WAITING and not await _queue(slot):
        raise FullUp
    booking = await Booking.create(
        slot=slot,
        user_id=actor.user_id,
        resident_id=None if person is None or person.is_me else person.resident_id,
        live_key=key,
        turn=slot.turns,
        status=status,
        booked_at=now,
    )
    owner = (slot.owner_kind, slot.owner_id)
    await emit(Booked(booking.id, slot.id, *owner, actor.user_id, str(status)))
    return booking


def _check_open(slot: Slot, person: residents.Member | None, now: datetime) -> None:
    why = queries.why_closed(slot, now)
    if why == "名额已满":
        raise FullUp
    if why:
        raise NotOpen(why)
    if slot.first_age is not None and queries.is_first_come_now(slot, now):
        year = clock.local(now).year
        if not rules.is_old_enough(person and person.birth_year, slot.first_age, year):
            until = slot.first_until
            raise NotYetForYou(
                f"{slot.first_age} 周岁以上居民优先"
                + (f"，其他居民 {clock.spoken(until)} 起报名" if until else ""),
                from_=until and clock.iso(until),
            )


async def _take(slot: Slot) -> bool:
    """A place for a newcomer, if one is free that nobody waits for: checked and taken in one."""
    sql = (
        "UPDATE bookings_slot SET taken = taken + 1, turns = turns + 1 "
        "WHERE id = ? AND status = 'open' AND taken < quota AND waiting = 0"
    )
    return await _counted(slot, sql)


async def _queue(slot: Slot) -> bool:
    sql = (
        "UPDATE bookings_slot SET waiting = waiting + 1, turns = turns + 1 "
        "WHERE id = ? AND status = 'open' AND waiting < most_waiting"
    )
    return await _counted(slot, sql)


async def _counted(slot: Slot, sql: str) -> bool:
    """Change the counts, if they allow it, and read them back."""
    if await execute(sql, slot.id) != 1:
        return False
    sql = "SELECT taken, waiting, turns FROM bookings_slot WHERE id = ?"
    found = (await database.rows(sql, slot.id))[0]
    slot.update_from_dict({name: int(value) for name, value in found.items()})
    return True


async def cancel(actor: Actor, booking_id: int) -> BookingOut:
    """Give a place or a turn up. Raises NotFound, WrongState, TooLate after the cut-off."""
    slot, booking = await held_mine(actor, booking_id)
    if booking.status is B.BOOKED and clock.now() > slot.cancel_until:
        raise TooLate
    await _leave(slot, booking, "cancel", actor)
    return await queries.one_of_mine(actor, booking_id)


async def accept(actor: Actor, booking_id: int) -> BookingOut:
    """Say yes to an offered place. Raises NotFound, WrongState."""
    slot, booking = await held_mine(actor, booking_id)
    if booking.offered_until is not None and booking.offered_until <= clock.now():
        raise WrongState("确认时间已过，名额已让给下一位")
    await make(booking, MOVES["accept"], actor, offered_until=None)
    await moved(booking, slot, "accept")
    return await queries.one_of_mine(actor, booking_id)


async def held_mine(actor: Actor, booking_id: int) -> tuple[Slot, Booking]:
    """A slot with one's own booking: the slot is held first, then the booking is read as it is
    now. Raises NotFound."""
    known = await queries.mine_of(actor, booking_id)
    slot = await queries.held(known.slot_id)
    return slot, await queries.mine_of(actor, booking_id)


# -- what follows ----------------------------------------------------------------------------------
async def step(slot: Slot, booking: Booking, name: str, actor: Actor, **changes: Any) -> None:
    """Make a move that leaves the place where it is, and say so. Raises as `states.make`."""
    await make(booking, MOVES[name], actor, **changes)
    await moved(booking, slot, name)


async def moved(booking: Booking, slot: Slot, name: str) -> None:
    owner = (slot.owner_kind, slot.owner_id, booking.user_id or 0)
    await emit(BookingMoved(booking.id, name, str(booking.status), slot.id, *owner))


async def _leave(slot: Slot, booking: Booking, name: str, actor: Actor, reason: str = "") -> None:
    """A place or a turn is given up; the next in turn hears of a place that can be used still."""
    was_holding = booking.status in HOLDING
    left: dict[str, Any] = {"live_key": None, "offered_until": None, "reason": reason}
    await step(slot, booking, name, actor, **left)
    column = "taken" if was_holding else "waiting"
    await execute(f"UPDATE bookings_slot SET {column} = {column} - 1 WHERE id = ?", slot.id)  # noqa: S608
    setattr(slot, column, getattr(slot, column) - 1)
    if was_holding and slot.waiting and slot.status in queries.RUNNING:
        await emit(PlacesFreed(slot.id))


async def move_up(slot_id: int) -> None:
    """Whoever waits longest gets what is free; nothing happens where nobody waits or none is."""
    slot = await queries.held(slot_id)
    now = clock.now()
    if slot.status not in queries.RUNNING or now >= slot.starts_at:
        return
    free = min(slot.quota - slot.taken, slot.waiting)
    for booking in (await queries.bookings_of(slot.id, {B.WAITING}))[:free]:
        if not await _counted(slot, _MOVE_UP):
            return
        await _give_place(slot, booking, now)


_MOVE_UP = (
    "UPDATE bookings_slot SET taken = taken + 1, waiting = waiting - 1 "
    "WHERE id = ? AND taken < quota AND waiting > 0"
)


async def _give_place(slot: Slot, booking: Booking, now: datetime) -> None:
    if not slot.offer_minutes:
        await step(slot, booking, "move-up", SYSTEM, to=B.BOOKED)
        await _tell(booking, slot, messages.MOVED_UP)
        return
    until = rules.offered_until(now, slot.offer_minutes, slot.starts_at)
    await step(slot, booking, "move-up", SYSTEM, to=B.OFFERED, offered_until=until)
    await _tell(booking, slot, messages.OFFERED, until=until)
    await enqueue(withdraw_offer, delay=until - now, booking_id=booking.id)


@job()
async def withdraw_offer(booking_id: int) -> None:
    """Nobody said yes in time: the next in turn is asked."""
    known = await Booking.get(id=booking_id)
    slot = await queries.held(known.slot_id)
    booking = await Booking.get(id=booking_id)
    is_over = booking.offered_until is not None and booking.offered_until <= clock.now()
    if booking.status is B.OFFERED and is_over:
        await _leave(slot, booking, "lapse", SYSTEM)
        await _tell(booking, slot, messages.PASSED_ON)


async def wind_up(slot_id: int) -> None:
    """A slot is behind: who came has taken part, who did not has not, who waited hears it."""
    slot = await queries.held(slot_id)
    if slot.status not in queries.RUNNING or slot.ends_at + rules.LATE > clock.now():
        return
    await make(slot, SLOT_MOVES["end"], SYSTEM)
    for booking in await queries.bookings_of(slot.id, LIVE):
        if booking.status in MOVES["lapse"].sources:
            await _leave(slot, booking, "lapse", SYSTEM)
            await _tell(booking, slot, messages.LAPSED)
        else:
            name = "miss" if booking.status is B.BOOKED else "finish"
            await step(slot, booking, name, SYSTEM)
    await _slot_moved(slot, "end")


async def _tell(booking: Booking, slot: Slot, template: messages.Template, **values: Any) -> None:
    await notify.send(
        template,
        to=booking.user_id or 0,
        link=slot.link,
        title=slot.title,
        place=slot.place,
        starts=slot.starts_at,
        **values,
    )


async def follow_area(from_path: str, to_path: str) -> None:
    """An area stands elsewhere: slots below it follow."""
    await move_paths("bookings_slot", from_path, to_path)


async def forget(user_id: int) -> None:
    """A person left: what they had ahead of them is free, what is behind stays, nameless."""
    ahead = Booking.filter(user_id=user_id, status__in=list(MOVES["cancel"].sources))
    for one in await ahead.order_by("slot_id", "id"):
        slot = await queries.held(one.slot_id)
        booking = await Booking.get(id=one.id)
        if booking.status in MOVES["cancel"].sources:
            await _leave(slot, booking, "cancel", SYSTEM)
    await Booking.filter(user_id=user_id).update(user_id=None, resident_id=None, live_key=None)
    await Slot.filter(created_by=user_id).update(created_by=None)
