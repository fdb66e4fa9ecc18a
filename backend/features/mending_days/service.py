"""Announcing days, setting benches, taking turns, and saying what came of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import F

from backend.core import clock, pickups
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, marks, move_paths
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.bookings import queries as bookings
from backend.engines.bookings import service as booking_service
from backend.engines.bookings.queries import Booking, BookingStatus, Proof, Slot, SlotStatus
from backend.engines.bookings.service import NewSlot
from backend.engines.craftsmen import queries as craftsmen
from backend.engines.craftsmen import service as register
from backend.engines.craftsmen.queries import Craftsman, CraftsmanStatus
from backend.engines.craftsmen.service import Busy
from backend.features.mending_days import messages, queries, rules
from backend.features.mending_days.events import (
    BenchSet,
    BenchWithdrawn,
    DayAnnounced,
    DayCalledOff,
    TurnHeld,
)
from backend.features.mending_days.models import Bench, BenchStatus, DayStatus, MendingDay
from backend.features.mending_days.permissions import P
from backend.features.mending_days.rules import KIND
from backend.features.mending_days.schemas import (
    BenchList,
    BenchNew,
    BookBody,
    DayNew,
    DayOut,
)
from backend.features.mending_days.states import BENCH_MOVES, DAY_MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.holdings import queries as holdings
from backend.foundation.notify import service as notify


class NotYetApproved(Conflict):
    code, title = "not_approved", "这位师傅现在不能出摊"


class OwnBench(Conflict):
    code, title = "own_bench", "自己家的摊位不用预约"


class SameTime(Conflict):
    code, title = "same_time", "这个时间已经约了别的师傅"


class EnoughTurns(Conflict):
    code, title = "enough_turns", "这一天的号已经约够了"


class NotFromHere(Forbidden):
    code, title = "not_from_here", "只有住在这个社区的居民可以预约"


class NotNow(Conflict):
    code, title = "not_now", "现在不是服务的时间"


# -- the community -------------------------------------------------------------------------------
async def announce(actor: Actor, body: DayNew) -> DayOut:
    """Announce a day with its benches. Raises NotFound for a place or craftsman that is not the
    actor's, Invalid, NotYetApproved, Busy."""
    path = await areas.path_of(body.area_id)
    if not actor.may(P.ANNOUNCE, path):
        raise NotFound("没有这个区域")
    if wrong := rules.wrong_hours(body.starts_at, body.ends_at, clock.now()):
        raise Invalid(fields=wrong)
    day = await MendingDay.create(
        **body.model_dump(exclude={"area_id", "benches"}),
        area_path=path,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    for wanted in body.benches:
        await _set(actor, day, wanted)
    await _record(actor, "announced", day)
    await emit(DayAnnounced(day.id))
    return await queries.detail(actor, day.id)


async def add_bench(actor: Actor, day_id: int, body: BenchNew) -> DayOut:
    """One more bench, from now on. Raises NotFound, WrongState, Invalid, NotYetApproved, Busy."""
    day = await queries.run_by(actor, day_id)
    await make(day, DAY_MOVES["add-bench"], actor)
    there = await queries.benches_of(day.id)
    if sum(one.status is BenchStatus.SET for one in there) >= rules.MOST_BENCHES:
        raise Invalid(fields={"craftsman_id": f"最多 {rules.MOST_BENCHES} 个摊位"})
    await _set(actor, day, body)
    await _record(actor, "bench_added", day)
    return await queries.detail(actor, day.id)


async def _set(actor: Actor, day: MendingDay, wanted: BenchNew) -> None:
    one = await craftsmen.get(actor, wanted.craftsman_id)
    await _check_fit(one, day, wanted)
    cut = rules.turns(day.starts_at, day.ends_at, wanted.minutes)
    spans = [it for it in cut if it[0] > clock.now()]
    if not 1 <= len(spans) <= rules.MOST_TURNS:
        said = f"这样会分成 {len(spans)} 个号，应为 1 到 {rules.MOST_TURNS} 个"
        raise Invalid(fields={"minutes": said})
    bench = await Bench.create(day=day, craftsman=one, skill=wanted.skill, minutes=wanted.minutes)
    first, last = clock.local(day.starts_at), clock.local(day.ends_at)
    parts = craftsmen.rules.parts_of(first, last)
    try:
        await register.engage(one.id, first.date(), parts, (KIND, bench.id))
    except Busy as error:
        raise Busy(f"{one.called}这个时段已经有别的安排了") from error
    for span in spans:
        await booking_service.open_slot(actor, _turn(day, bench, span))
    await emit(BenchSet(bench.id))


def _turn(day: MendingDay, bench: Bench, span: tuple[datetime, datetime]) -> NewSlot:
    return NewSlot(
        owner_kind=KIND,
        owner_id=bench.id,
        link=rules.PAGE.format(day.id),
        area_path=day.area_path,
        title=f"{bench.craftsman.called} {bench.skill.label}",
        place=day.place,
        starts_at=span[0],
        ends_at=span[1],
        quota=1,
        proof=Proof.TICKET,
    )


async def _check_fit(one: Craftsman, day: MendingDay, wanted: BenchNew) -> None:
    if one.status is not CraftsmanStatus.ACTIVE or one.user_id is None:
        raise NotYetApproved(f"{one.called}{one.status.label}，不能出摊")
    if not await craftsmen.can_do(one, wanted.skill, clock.local(day.starts_at).date()):
        raise Invalid(fields={"skill": f"{one.called}没有登记{wanted.skill.label}，或证件到期"})


async def call_off(actor: Actor, day_id: int, reason: str) -> DayOut:
    """Call a day off: whoever has a turn that was not held reads why. Raises NotFound,
    WrongState."""
    day = await queries.run_by(actor, day_id)
    await make(day, DAY_MOVES["call-off"], actor, reason=reason)
    for bench in await queries.benches_of(day.id):
        if bench.status is BenchStatus.SET:
            await _clear(bench, reason)
    await _record(actor, "called_off", day)
    await emit(DayCalledOff(day.id))
    return await queries.detail(actor, day.id)


async def _clear(bench: Bench, reason: str) -> None:
    """Turns that were not held are called off, and the craftsman is free."""
    slots = await bookings.slots_of(KIND, [bench.id])
    held = Booking.filter(slot_id__in=[one.id for one in slots], status__in=list(queries.HELD))
    kept = {one.slot_id for one in await held.only("id", "slot_id")}
    for slot in slots:
        if slot.status in bookings.RUNNING and slot.id not in kept:
            await booking_service.move(SYSTEM, slot.id, "call-off", reason)
    await register.disengage(KIND, bench.id)


async def take_away(actor: Actor, bench_id: int, move: str, reason: str) -> DayOut:
    """`withdraw`, by the craftsman, or `take-off`, by the community: whoever has a turn there reads
    why. Raises NotFound, Forbidden, WrongState."""
    bench = await queries.kept_by(actor, bench_id)
    if bench.day.status is not DayStatus.ANNOUNCED:
        raise WrongState(move=move, status=str(bench.day.status))
    await _take_away(actor, bench, move, reason)
    await _record(actor, f"bench_{move}", bench.day)
    return await queries.detail(actor, bench.day_id)


async def _take_away(actor: Actor, bench: Bench, move: str, reason: str) -> None:
    await make(bench, BENCH_MOVES[move], actor, reason=reason)
    await _clear(bench, reason)
    await emit(BenchWithdrawn(bench.id, move))


async def _record(actor: Actor, what: str, day: MendingDay) -> None:
    await audit.record(actor, f"mending_days.{what}", f"mending_day:{day.id}", day.area_path)


# -- taking a turn -------------------------------------------------------------------------------
async def book(actor: Actor, slot_id: int, body: BookBody) -> DayOut:
    """Take a turn, for oneself or somebody of one's household: a person is at one bench at a time,
    and has so many turns on the day.

    Raises NotFound, NotFromHere, WrongState for a day that is called off or over, OwnBench,
    SameTime, EnoughTurns, and as bookings do.
    """
    slot = await bookings.slot(slot_id, KIND)
    bench = await queries.bench_of(slot.owner_id)
    day = await queries.get(actor, bench.day_id)
    if not await queries.lives_at(actor, day):
        raise NotFromHere
    if day.status is not DayStatus.ANNOUNCED:
        raise WrongState(f"这一天{day.status.label}")
    if bench.craftsman.user_id in await holdings.housemates(actor.user_id):
        raise OwnBench
    await _wait_turn(actor, day)
    await _check_room(actor, day, slot, body.resident_id)
    await booking_service.book(actor, slot.id, resident_id=body.resident_id)
    return await queries.detail(actor, day.id)


async def _wait_turn(actor: Actor, day: MendingDay) -> None:
    """Whoever books waits for others who book days at these hours: so that what one person asks
    for at once is seen one after the other."""
    near = (await queries.visible_to(actor)).filter(
        status=DayStatus.ANNOUNCED, starts_at__lt=day.ends_at, ends_at__gt=day.starts_at
    )
    ids = sorted(one.id for one in await near.only("id"))
    sql = f"UPDATE mending_days_day SET touched = touched + 1 WHERE id IN ({marks(ids)})"  # noqa: S608
    await execute(sql, *ids)


async def _check_room(actor: Actor, day: MendingDay, wanted: Slot, resident_id: int | None) -> None:
    person = await bookings.person(actor, resident_id)
    whose = None if person is None or person.is_me else person.resident_id
    mine = Booking.filter(user_id=actor.user_id, resident_id=whose, slot__owner_kind=KIND)
    near = mine.filter(
        slot__starts_at__gte=day.starts_at - timedelta(days=1),
        slot__starts_at__lte=day.ends_at,
    )
    held = [one.slot for one in await near.exclude(live_key=None).select_related("slot")]
    rivals = [one for one in held if one.id != wanted.id]
    if any(one.starts_at < wanted.ends_at and wanted.starts_at < one.ends_at for one in rivals):
        raise SameTime
    benches = {one.id for one in await queries.benches_of(day.id)}
    if sum(one.owner_id in benches for one in rivals) >= day.most_each:
        raise EnoughTurns(f"每人这一天最多约 {day.most_each} 个号")


# -- on the day ----------------------------------------------------------------------------------
async def read(actor: Actor, bench_id: int, text: str) -> BenchList:
    """A turn is held: the code was scanned or read out. Raises NotFound for a code of no turn at
    this bench, NotNow, WrongState the second time."""
    bench = await queries.kept_by(actor, bench_id)
    code = pickups.digits_in(text)
    slots = await bookings.slots_of(KIND, [bench.id])
    live = Booking.filter(slot_id__in=[one.id for one in slots] or [0]).exclude(live_key=None)
    found = [one for one in await live if rules.code_of(one.id) == code]
    if not found:
        raise NotFound("这个摊位没有这个预约码")
    await _hold(actor, bench, found[0], "code")
    return await queries.bench_list(actor, bench_id)


async def hold(actor: Actor, slot_id: int) -> BenchList:
    """A turn is held, as the staff saw: for people without a phone. Raises NotFound, NotNow,
    WrongState."""
    bench = await queries.kept_by(actor, (await bookings.slot(slot_id, KIND)).owner_id)
    if not bench.may(actor, P.ANNOUNCE):
        raise Forbidden("请扫居民的预约码")
    await _hold(actor, bench, await queries.live_booking(slot_id), "host")
    return await queries.bench_list(actor, bench.id)


async def _hold(actor: Actor, bench: Bench, known: Booking, how: str) -> None:
    slot, booking = await _at_hand(bench, known)
    is_late = booking.status is BookingStatus.NO_SHOW
    came: dict[str, Any] = {} if is_late else {"checked_in_at": clock.now()}
    name = "attest" if is_late else "admit"
    await booking_service.step(slot, booking, name, actor, checked_by=how, **came)
    await Bench.filter(id=bench.id).update(served=F("served") + 1)
    await register.visited(bench.craftsman_id)
    who = (bench.craftsman.user_id or 0, booking.user_id or 0)
    await emit(TurnHeld(booking.id, bench.id, *who, bench.day.area_path))


async def _at_hand(bench: Bench, known: Booking) -> tuple[Slot, Booking]:
    """The turn with its booking as it is now, held, on a day that runs. Raises NotNow."""
    if not queries.is_open(bench.day, clock.now()):
        raise NotNow
    slot = await booking_service.hosted(known.slot_id)
    return slot, await bookings.guest(slot.id, known.id)


async def miss(actor: Actor, slot_id: int) -> BenchList:
    """Nobody came to a turn that has begun. Raises NotFound, NotNow, WrongState."""
    bench = await queries.kept_by(actor, (await bookings.slot(slot_id, KIND)).owner_id)
    slot, booking = await _at_hand(bench, await queries.live_booking(slot_id))
    check(booking, bookings.MOVES["no-show"], actor)
    if clock.now() < slot.starts_at:
        raise NotNow("还没轮到这个号")
    await booking_service.step(slot, booking, "no-show", actor)
    return await queries.bench_list(actor, bench.id)


# -- by itself -----------------------------------------------------------------------------------
async def end(day_id: int) -> None:
    """A day is behind."""
    day = await MendingDay.get(id=day_id)
    if day.status is DayStatus.ANNOUNCED and day.ends_at + rules.LATE < clock.now():
        await make(day, DAY_MOVES["end"], SYSTEM)
        benches = await queries.benches_of(day.id)
        await register.disengage(KIND, *(one.id for one in benches))


async def remind(day_id: int) -> None:
    """Whoever has a turn tomorrow hears of it, and so do the craftsmen; once."""
    fresh = MendingDay.filter(id=day_id, status=DayStatus.ANNOUNCED, is_reminded=False)
    if await fresh.update(is_reminded=True) != 1:
        return
    for bench in await queries.benches_of(day_id):
        if bench.status is BenchStatus.SET:
            slots = await bookings.slots_of(KIND, [bench.id])
            await _remind(bench, [one for one in slots if one.status is SlotStatus.OPEN])


async def _remind(bench: Bench, slots: Sequence[Slot]) -> None:
    by_id = {one.id: one for one in slots}
    found = Booking.filter(slot_id__in=list(by_id) or [0], status=BookingStatus.BOOKED)
    booked = await found.order_by("id")
    for one in booked:
        slot = by_id[one.slot_id]
        said = {"title": slot.title, "starts": slot.starts_at, "place": slot.place}
        await notify.send(messages.REMINDED, to=one.user_id or 0, link=slot.link, **said)
    await notify.send(
        messages.BENCH_REMINDED,
        to=bench.craftsman.user_id or 0,
        link=rules.BENCH_PAGE.format(bench.id),
        starts=bench.day.starts_at,
        place=bench.day.place,
        skill=bench.skill.label,
        booked=len(booked),
    )


async def stopped(craftsman_id: int) -> None:
    """A craftsman was suspended or has left: nobody is to wait at their bench."""
    who = await craftsmen.craftsman_of(craftsman_id)
    if who.status not in (CraftsmanStatus.SUSPENDED, CraftsmanStatus.LEFT):
        return
    coming = Bench.filter(
        craftsman_id=craftsman_id, status=BenchStatus.SET, day__status=DayStatus.ANNOUNCED
    )
    for bench in await coming.select_related("day", "craftsman"):
        await _take_away(SYSTEM, bench, "withdraw", "师傅不再接单")


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("mending_days_day", from_path, to_path)


async def forget(user_id: int) -> None:
    """A person left who announced days: nobody did."""
    await MendingDay.filter(created_by=user_id).update(created_by=None)
