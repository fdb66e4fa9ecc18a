"""Days of small repairs of the sample city: twenty-one behind, with as many turns as the district
counted, and one to come with free turns.

Runs in the transaction that writes the city, after its craftsmen: the day to come through the
services.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, cycle

from tortoise.expressions import F

from backend.core import clock
from backend.core.actor import Actor, Role
from backend.engines.bookings.models import (
    Booking,
    BookingStatus,
    Proof,
    Slot,
    SlotStatus,
    live_key,
)
from backend.engines.craftsmen.models import CraftSkill, Craftsman
from backend.engines.craftsmen.queries import CraftsmanStatus, Skill
from backend.features.mending_days import rules, service
from backend.features.mending_days.models import Bench, DayStatus, MendingDay
from backend.features.mending_days.schemas import BenchNew, BookBody, DayNew
from backend.foundation.areas.models import Area, Level
from backend.sample.city import City
from backend.sample.people import Neighbour, People

DAYS, SERVED = 21, 1_100
MISSED = 2
"""Of each day."""
MINUTES = {Skill.SEWING: 15, Skill.KNIVES: 10, Skill.HAIR: 20, Skill.PHONE: 15}
"""What is mended at the benches, and how long a turn takes."""
PLACES = ("文化广场东侧", "党群服务中心门前", "小区中心花园", "社区食堂外廊")
ABOUT = "修补免费，换拉链、配件按进价；八十岁以上老人可请网格员上门取送。"
START, LENGTH = timedelta(hours=8, minutes=30), timedelta(hours=3, minutes=30)
AHEAD = 4
"""Days until the one to come."""
BOOKED = 14
"""Turns of it that are taken."""
WEEK = timedelta(weeks=1)


@dataclass
class _Square:
    """A community with craftsmen, and with neighbours who have things to mend."""

    area: Area
    skills: list[CraftSkill]
    guests: list[Neighbour]


@dataclass
class _Past:
    """Rows of days behind, ids given."""

    numbers: Iterator[int]
    slots: list[Slot] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)


async def live(city: City, people: People) -> str:
    """Write all days down; say how many in a line."""
    squares = [one for area in city.at(Level.COMMUNITY) if (one := await _square(area, people))]
    home = city.above(people.neighbours[0].area, Level.COMMUNITY).id
    squares.sort(key=lambda one: one.area.id != home)
    last = await Slot.all().order_by("-id").first()
    past = _Past(count(last.id + 1 if last else 1))
    shares = [SERVED // DAYS + (number < SERVED % DAYS) for number in range(DAYS)]
    for number, (square, served) in enumerate(zip(cycle(squares), shares, strict=False)):
        start = clock.bounds(clock.local(city.now).date())[0] + START
        await _held(past, square, start - 3 * timedelta(days=1) - number * WEEK, served)
    await Slot.bulk_create(past.slots, batch_size=500)
    await Booking.bulk_create(past.bookings, batch_size=500)
    await _coming(city, squares[0], people)
    return f"{DAYS} 个办过的小修小补日，服务 {SERVED} 人次，1 个预约中"


async def _square(area: Area, people: People) -> _Square | None:
    path = area.path or ""
    held = CraftSkill.filter(
        skill__in=list(MINUTES),
        craftsman__status=CraftsmanStatus.ACTIVE,
        craftsman__area_path__startswith=path,
    )
    skills = await held.order_by("id").select_related("craftsman")
    local = [one for one in people.neighbours if (one.area.path or "").startswith(path)]
    busy = {one.craftsman.user_id for one in skills}
    homes = {one.dwelling_id for one in local if one.user_id in busy}
    guests = [one for one in local if one.dwelling_id not in homes]
    return _Square(area, skills, guests) if len(skills) == len(MINUTES) and guests else None


async def _held(past: _Past, square: _Square, start: datetime, served: int) -> None:
    """A day behind: so many were served, a few did not come, some turns were left."""
    day = await MendingDay.create(
        area_path=square.area.path,
        place=PLACES[len(past.slots) % len(PLACES)],
        about=ABOUT,
        starts_at=start,
        ends_at=start + LENGTH,
        most_each=rules.MOST_EACH,
        status=DayStatus.OVER,
        is_reminded=True,
        created_at=start - 2 * WEEK,
    )
    turns: list[tuple[datetime, datetime, Bench]] = []
    for skill in square.skills:
        minutes = MINUTES[skill.skill]
        bench = await Bench.create(
            day=day, craftsman=skill.craftsman, skill=skill.skill, minutes=minutes
        )
        turns += [(*span, bench) for span in rules.turns(start, start + LENGTH, minutes)]
    turns.sort(key=lambda one: (one[0], one[2].id))
    guests = cycle(square.guests)
    for number, turn in enumerate(turns):
        slot = _slot(past, day, turn)
        if number < served + MISSED:
            _booking(past, slot, next(guests), is_missed=number % 25 == 24 and number < 50)
    await _count(turns, past)


async def _count(turns: Sequence[tuple[datetime, datetime, Bench]], past: _Past) -> None:
    """What the benches came to, added to what their craftsmen have done."""
    of_slot = {one.id: one.owner_id for one in past.slots}
    for bench in {one[2].id: one[2] for one in turns}.values():
        bench.served = sum(
            one.status is BookingStatus.DONE and of_slot[one.slot_id] == bench.id
            for one in past.bookings
        )
        await bench.save(update_fields=["served"])
        done = F("done") + bench.served
        await Craftsman.filter(id=bench.craftsman_id).update(done=done)


def _slot(past: _Past, day: MendingDay, turn: tuple[datetime, datetime, Bench]) -> Slot:
    starts_at, ends_at, bench = turn
    slot = Slot(
        id=next(past.numbers),
        owner_kind=rules.KIND,
        owner_id=bench.id,
        link=rules.PAGE.format(day.id),
        area_path=day.area_path,
        title=f"{bench.craftsman.called} {bench.skill.label}",
        place=day.place,
        proof=Proof.TICKET,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=day.created_at,
        closes_at=starts_at,
        cancel_until=starts_at,
        quota=1,
        status=SlotStatus.OVER,
        created_at=day.created_at,
    )
    past.slots.append(slot)
    return slot


def _booking(past: _Past, slot: Slot, who: Neighbour, *, is_missed: bool) -> None:
    slot.taken = slot.turns = 1
    past.bookings.append(
        Booking(
            slot_id=slot.id,
            user_id=who.user_id,
            live_key=live_key(slot.id, who.user_id, None),
            turn=1,
            status=BookingStatus.NO_SHOW if is_missed else BookingStatus.DONE,
            booked_at=slot.opens_at + timedelta(days=1),
            checked_in_at=None if is_missed else slot.starts_at,
            checked_by="" if is_missed else "code",
        )
    )


async def _coming(city: City, square: _Square, people: People) -> None:
    """Announced by the community, with turns taken and turns to take."""
    worker = people.at(Role.SOCIAL_WORKER, square.area)[0]
    start = clock.bounds(clock.local(city.now).date() + timedelta(days=AHEAD))[0] + START
    benches = [
        BenchNew(craftsman_id=one.craftsman_id, skill=one.skill, minutes=MINUTES[one.skill])
        for one in square.skills
    ]
    new = DayNew(
        area_id=square.area.id,
        place=PLACES[0],
        about=ABOUT,
        starts_at=start,
        ends_at=start + LENGTH,
        benches=benches,
    )
    day = await service.announce(worker.actor, new)
    free = [turn for bench in day.bench_list for turn in bench.turns]
    for who, turn in zip(cycle(square.guests[1:]), free[: 3 * BOOKED : 3], strict=False):
        await service.book(Actor(who.user_id), turn.id, BookBody())
