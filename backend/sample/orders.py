"""Thirty days of demands: what was said, by whom, where, and how far each has come by now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from backend.core import clock
from backend.core.actor import Role
from backend.engines.clocks.models import OrderClock
from backend.engines.demands import queries as demands
from backend.engines.orders.models import Grade, Order, OrderEvent, OrderPart, OrderStatus, Party
from backend.engines.orders.rules import NewOrder, Place, title_from
from backend.foundation.areas import rules as areas
from backend.foundation.areas.models import Area, Level
from backend.sample import lives, people, texts
from backend.sample.city import DAYS, City
from backend.sample.lives import Life
from backend.sample.people import Neighbour, People, Worker
from backend.sample.stories import Plan, Story
from backend.sample.texts import Saying

A_DAY = (62, 84)
HOURS = (1, 4, 9, 11, 10, 8, 5, 5, 8, 9, 9, 7, 6, 4, 3, 1, 1)
"""How many of a day's demands come at seven, eight … eleven at night."""
TRIES = 400
S = OrderStatus
_AGES: dict[S, tuple[int, int]] = {
    S.REPORTED: (4, 50),
    S.ACCEPTED: (6, 150),
    S.POOLED: (3, 280),
    S.ASSIGNED: (20, 170),
    S.TAKEN: (20, 200),
    S.CONTACTED: (40, 300),
    S.ARRIVED: (70, 420),
    S.SUSPENDED: (600, 4300),
    S.RESOLVED: (200, 2800),
    S.CLOSED: (3000, 12_000),
    S.WITHDRAWN: (200, 9000),
}
"""Minutes ago that an order standing there may have come in."""


@dataclass(frozen=True)
class Cue:
    """An order that must be there: where it stands, and who plays in it."""

    stop: S
    grade: Grade | None = None
    party: Party | None = None
    reporter: Neighbour | None = None
    handler: Worker | None = None
    code: str | None = None
    age: tuple[int, int] | None = None


@dataclass
class Orders:
    """All orders with what belongs to them, ids given, not yet in a database."""

    lives: list[Life] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    events: list[OrderEvent] = field(default_factory=list)
    timers: list[OrderClock] = field(default_factory=list)
    parts: list[OrderPart] = field(default_factory=list)


class _Town:
    """What every order is made from."""

    def __init__(self, random: Random, city: City, crowd: People) -> None:
        self.random, self.city, self.crowd = random, city, crowd
        self.part_numbers: Iterator[int] = count(1)
        self.codes = [*texts.codes(), *texts.codes(), "B12", "B12", "D01", "A01", "B04", "E08"]
        self.overseers: dict[int, list[Worker]] = {}
        self.first = city.at(Level.COMPOUND)[0]

    def dispatchers(self, area: Area) -> list[Worker]:
        """The community's secretary and the street's dispatchers."""
        community = self.city.above(area, Level.COMMUNITY)
        if community.id not in self.overseers:
            found = self.crowd.at(Role.STREET_DISPATCHER, area)
            self.overseers[community.id] = found + self.crowd.at(Role.SECRETARY, area)
        return self.overseers[community.id]

    def neighbour(self) -> Neighbour:
        """The first compound has more to say than others: the demo plays there."""
        near = self.random.random() < 0.12
        return self.random.choice(self.crowd.neighbours[:40] if near else self.crowd.neighbours)


def build(random: Random, city: City, crowd: People, days: int = DAYS) -> Orders:
    """The last days, and what the demo's people need to have before them."""
    town, moments = _Town(random, city, crowd), _moments(random, city.now, days)
    wanted: list[tuple[datetime, Cue | None]] = [(at, None) for at in moments]
    for cue in _cues(town):
        first, last = cue.age or _AGES[cue.stop]
        age = timedelta(seconds=random.randint(first * 60, last * 60))
        wanted.append((city.now - age, cue))
    wanted.sort(key=lambda one: one[0])
    made = Orders()
    for number, (at, wish) in enumerate(wanted, start=1):
        made.lives.append(_lived(town, number, at, wish))
    _number(made)
    return made


def _moments(random: Random, now: datetime, days: int) -> list[datetime]:
    """When demands came in: more by day than by night, none in the future."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for ago in range(days):
        day = midnight - timedelta(days=ago)
        hours = random.choices(range(7, 24), HOURS, k=random.randint(*A_DAY))
        found += [day + timedelta(hours=one, seconds=random.randint(0, 3599)) for one in hours]
    return [at.astimezone(now.tzinfo) for at in found if at <= now - timedelta(minutes=2)]


def _cues(town: _Town) -> list[Cue]:
    """Each status in each grade twice; a full desk, pool and day for the demo's people."""
    cues = [Cue(stop, grade) for stop in S for grade in Grade for _ in range(2)]
    crowd, first = town.crowd, town.first
    near = [one for one in crowd.neighbours if (one.area.path or "").startswith(first.path or "")]
    me, others = near[0], near[1:]
    worker = crowd.at(Role.SOCIAL_WORKER, first)[0]
    manager = crowd.at(Role.PROPERTY_MANAGER, first)[0]
    pick = town.random.choice
    for age in ((4, 20), (15, 60), (40, 100), (100, 150), (150, 175), (190, 300)):
        cues.append(Cue(S.POOLED, None, Party.COMMUNITY, pick(others), age=age))
        cues.append(Cue(S.POOLED, Grade.YELLOW, Party.PROPERTY, pick(others), age=age))
    cues += [Cue(S.ACCEPTED, reporter=pick(others)) for _ in range(5)]
    held = (S.ASSIGNED, S.TAKEN, S.CONTACTED, S.ARRIVED, S.SUSPENDED, S.RESOLVED, S.CLOSED)
    for stop in held:
        cues.append(Cue(stop, None, Party.COMMUNITY, pick(others), worker))
        cues.append(Cue(stop, None, Party.PROPERTY, pick(others), manager))
    cues += [
        Cue(S.POOLED, Grade.YELLOW, Party.PROPERTY, me, age=(5, 25)),
        Cue(S.TAKEN, None, Party.COMMUNITY, me, worker),
        Cue(S.SUSPENDED, None, Party.PROPERTY, me, manager),
        Cue(S.RESOLVED, None, Party.COMMUNITY, me, worker, age=(300, 1500)),
        Cue(S.CLOSED, None, Party.PROPERTY, me, manager),
        Cue(S.CLOSED, None, Party.COMMUNITY, me, worker),
        Cue(S.WITHDRAWN, None, None, me),
    ]
    return cues


def _lived(town: _Town, number: int, at: datetime, cue: Cue | None) -> Life:
    """One life; with a cue, tried until it stands where it shall. Raises RuntimeError."""
    for _ in range(TRIES):
        life = _try(town, number, at, cue)
        if cue is None or (life is not None and _fits(life.order, cue)):
            assert life is not None
            return life
    raise RuntimeError(f"no life leads to {cue}")


def _fits(order: Order, cue: Cue) -> bool:
    return (
        order.status == cue.stop
        and cue.grade in (None, order.grade)
        and (cue.party is None or order.party == cue.party)
        and (cue.handler is None or order.handler_id == cue.handler.user_id)
    )


def _try(town: _Town, number: int, at: datetime, cue: Cue | None) -> Life | None:
    """A life, or None when what is said does not suit the cue."""
    random = town.random
    neighbour = cue.reporter if cue and cue.reporter else town.neighbour()
    names = _named(town, neighbour.area)
    saying = texts.say(random, random.choice(town.codes), *names)
    if cue is not None and not _suits(saying, cue):
        return None
    plan = Plan.by_chance(random) if cue is None else Plan.to(cue.stop, cue.handler, random)
    # A member of staff reports for somebody now and then.
    is_staff = cue is None and random.random() < 0.04
    by = random.choice(town.crowd.at(Role.SOCIAL_WORKER, neighbour.area)) if is_staff else None
    new = _new(town, saying, neighbour, by)
    order = lives.opened(number, new, at, f"{random.getrandbits(128):032x}")
    life = Life(order, town.city.now, town.part_numbers, cue.stop if cue else None)
    area = town.city.by_id[order.area_id]
    story = Story(life, plan, saying, town.crowd, random, dispatchers=town.dispatchers(area))
    story.tell(by)
    return life


def _suits(saying: Saying, cue: Cue) -> bool:
    """A first look, before a whole life is lived for nothing."""
    grade = Grade(saying.reading.grade)
    if cue.grade is not None and grade is not cue.grade:
        return False
    if cue.party is Party.PROPERTY:
        return saying.kind == "repair" and grade is not Grade.RED
    return cue.party is not Party.COMMUNITY or (saying.kind != "repair" and grade is not Grade.RED)


def _named(town: _Town, area: Area) -> tuple[str, str, str]:
    city = town.city
    levels = (Level.BUILDING, Level.UNIT, Level.COMPOUND)
    building, unit, compound = (city.above(area, level).name for level in levels)
    return building, unit, compound


def _new(town: _Town, saying: Saying, neighbour: Neighbour, by: Worker | None) -> NewOrder:
    """What the intake would make of it."""
    random, reading = town.random, saying.reading
    matches = demands.matches_of(reading)
    behalf, text = None, saying.text
    if by is not None:
        phone = str(people.PHONES_FROM + 90_000 + random.randint(0, 9999))
        behalf = {"name": people.named(random), "phone": phone}
        text = texts.note(random, "behalf") + text
    return NewOrder(
        kind=saying.kind,
        title=title_from(saying.text),
        text=text,
        grade=Grade(reading.grade),
        place=_place(town, neighbour),
        answers=texts.answers(random, saying.kind),
        reporter_id=by.user_id if by else neighbour.user_id,
        is_anonymous=by is None and random.random() < 0.06,
        behalf=behalf,
        channel="staff" if by else "app",
        duty=matches[0] if reading.sure else None,
        candidates=matches,
    )


SPOTS = ("东门口", "南门外", "小广场", "地下车库入口", "快递柜旁", "中心花园", "垃圾分类亭边", "")


def _place(town: _Town, neighbour: Neighbour) -> Place:
    """The own dwelling, the own building, or a spot in the compound with its point on the map."""
    random, city = town.random, town.city
    chance, compound = random.random(), city.above(neighbour.area, Level.COMPOUND)
    if chance < 0.6:
        place = _at(city, neighbour.area, neighbour.number)
        return Place(**place, dwelling_id=neighbour.dwelling_id)
    if chance < 0.75:
        return Place(**_at(city, city.above(neighbour.area, Level.BUILDING), ""))
    spot = random.choice(SPOTS)
    point: dict[str, Any] = {
        "latitude": (compound.latitude or 0) + random.randint(-900, 900),
        "longitude": (compound.longitude or 0) + random.randint(-900, 900),
    }
    return Place(**_at(city, compound, f" {spot}".rstrip()), **point)


def _at(city: City, area: Area, more: str) -> dict[str, Any]:
    """The columns of a place, with the areas above it."""
    chain = [city.by_id[one] for one in areas.ids_of(area.path or "")]
    above = {one.level: one for one in chain}
    name = areas.full_name([(one.level, one.name) for one in chain])
    return {
        "area_id": area.id,
        "area_path": area.path,
        "street_id": above[Level.STREET].id,
        "community_id": above[Level.COMMUNITY].id,
        "compound_id": above[Level.COMPOUND].id,
        "compound_name": above[Level.COMPOUND].name,
        "place": name + more,
    }


def _number(made: Orders) -> None:
    """Ids for events in the order of time, as they would have been written, and for clocks."""
    made.orders = [life.order for life in made.lives]
    made.parts = [part for life in made.lives for part in life.parts]
    made.timers = [one for life in made.lives for one in life.timers.all]
    made.events = [event for life in made.lives for event in life.events]
    made.events.sort(key=lambda event: event.at)
    for number, event in enumerate(made.events, start=1):
        event.id = number
    for number, one in enumerate(made.timers, start=1):
        one.id = number
