"""The place: 56 compounds, 110 grids, 298 buildings and more than 20,000 dwellings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from backend.core import clock
from backend.foundation.areas import rules
from backend.foundation.areas.models import Area, Dwelling, Level
from backend.foundation.codes.models import Code, CodeDay, CodeKind
from backend.foundation.codes.rules import ALPHABET, TOKEN_LENGTH
from backend.sample import names

COMPOUNDS = 56
GRIDS = 110
BUILDINGS = 298
CENTRE = (35_104_672, 118_356_414)
"""1e-6 degrees, GCJ-02."""
FOUNDED = timedelta(days=400)
"""So long ago the tree was put in."""
DAYS = 30
"""How far back what happens in the sample city goes."""


@dataclass
class City:
    """Everything with a place, ids given, not yet in a database."""

    now: datetime
    areas: list[Area] = field(default_factory=list)
    dwellings: list[Dwelling] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    code_days: list[CodeDay] = field(default_factory=list)
    by_id: dict[int, Area] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def at(self, level: Level) -> list[Area]:
        return [area for area in self.areas if area.level is level]

    def above(self, area: Area, level: Level) -> Area:
        """The area of that level that `area` stands in (or is)."""
        ids = rules.ids_of(area.path or "")
        return next(self.by_id[one] for one in ids if self.by_id[one].level is level)

    def below(self, area: Area, level: Level) -> list[Area]:
        path = area.path or ""
        return [one for one in self.at(level) if (one.path or "").startswith(path)]

    def full_name(self, area: Area) -> str:
        """From the compound down, as people say it: 阳光花园3号楼2单元."""
        spoken = {Level.COMPOUND, Level.BUILDING, Level.UNIT}
        ids = rules.ids_of(area.path or "")
        parts = [self.by_id[one].name for one in ids if self.by_id[one].level in spoken]
        return "".join(parts) or area.name

    def add(self, level: Level, name: str, parent: Area | None, **more: Any) -> Area:
        number = next(self.numbers)
        parent_id = parent.id if parent else None
        area = Area(
            id=number,
            parent_id=parent_id,
            path=rules.path_below(parent.path if parent else None, number),
            level=level,
            name=name,
            sibling_key=rules.sibling_key(parent_id, name),
            sort=number,
            created_at=self.now - FOUNDED,
            updated_at=self.now - FOUNDED,
            **more,
        )
        self.areas.append(area)
        self.by_id[number] = area
        return area


def build(random: Random, now: datetime) -> City:
    """The whole place, the same for the same random numbers."""
    city = City(now)
    county = city.add(Level.COUNTY, names.COUNTY, None)
    communities = [
        city.add(Level.COMMUNITY, name, street, **_office(random))
        for street_name, inside in zip(names.STREETS, names.COMMUNITIES, strict=True)
        for street in [city.add(Level.STREET, street_name, county)]
        for name in inside
    ]
    compounds = _compounds(city, random, communities)
    grids = _grids(city, compounds)
    _buildings(city, random, grids)
    _codes(city, random)
    return city


def _near(random: Random, place: tuple[int, int], reach: int) -> dict[str, int]:
    return {
        "latitude": place[0] + random.randint(-reach, reach),
        "longitude": place[1] + random.randint(-reach, reach),
    }


def _office(random: Random) -> dict[str, Any]:
    road = random.choice(names.COMMUNITY_ROADS)
    contact = {
        "phone": f"0000-555{random.randint(1000, 9999)}",
        "address": f"{road}{random.randint(1, 200)}号 党群服务中心",
        "hours": "8:30–12:00，13:30–17:30",
    }
    return {"contact": contact, **_near(random, CENTRE, 30_000)}


def _compounds(city: City, random: Random, communities: list[Area]) -> list[Area]:
    every = [first + last for first in names.COMPOUND_FIRST for last in names.COMPOUND_LAST]
    chosen = random.sample(every, COMPOUNDS)
    made = []
    for number, name in enumerate(chosen):
        community = communities[number % len(communities)]
        middle = (community.latitude or 0, community.longitude or 0)
        made.append(city.add(Level.COMPOUND, name, community, **_near(random, middle, 6_000)))
    return made


def _grids(city: City, compounds: list[Area]) -> list[Area]:
    """Two grids for most compounds, one for two of them: 110 in all."""
    return [
        city.add(Level.GRID, f"第{part}网格", compound)
        for number, compound in enumerate(compounds)
        for part in ((1,) if number >= COMPOUNDS - 2 else (1, 2))
    ]


def _buildings(city: City, random: Random, grids: list[Area]) -> None:
    taken: dict[int, int] = {}
    number = count(1)
    for index in range(BUILDINGS):
        grid = grids[index % len(grids)]
        compound_id = grid.parent_id or 0
        taken[compound_id] = taken.get(compound_id, 0) + 1
        building = city.add(Level.BUILDING, f"{taken[compound_id]}号楼", grid)
        floors, doors = random.choice(((6, 2), (11, 2), (18, 2), (18, 3), (26, 2)))
        for door in range(random.choice((2, 2, 3))):
            unit = city.add(Level.UNIT, f"{door + 1}单元", building)
            _dwellings(city, random, unit, (floors, doors), number)


def _dwellings(
    city: City, random: Random, unit: Area, shape: tuple[int, int], number: Iterator[int]
) -> None:
    squares = [random.randint(6800, 14500) for _ in range(shape[1])]
    for floor in range(1, shape[0] + 1):
        for door, square in enumerate(squares, start=1):
            city.dwellings.append(
                Dwelling(
                    id=next(number),
                    area_id=unit.id,
                    number=f"{floor}{door:02d}",
                    floor=floor,
                    square=square,
                )
            )


_CODED = {Level.COMMUNITY: CodeKind.COMMUNITY, Level.BUILDING: CodeKind.BUILDING}
_SCANS = {CodeKind.COMMUNITY: 40, CodeKind.BUILDING: 3, CodeKind.CHECKPOINT: 4}
"""How often a code is scanned on a busy day."""


def _codes(city: City, random: Random) -> None:
    for area in city.areas:
        if area.level in _CODED:
            _code(city, random, area, _CODED[area.level], city.full_name(area))
        elif area.level is Level.COMPOUND:
            spot = random.choice(names.CHECKPOINTS)
            _code(city, random, area, CodeKind.CHECKPOINT, f"{area.name}{spot}")


def _code(city: City, random: Random, area: Area, kind: CodeKind, label: str) -> None:
    number = len(city.codes) + 1
    today = clock.local(city.now).date()
    days = [
        CodeDay(
            id=len(city.code_days) + ago + 1,
            code_id=number,
            day=today - timedelta(days=ago),
            scans=random.randint(1, _SCANS[kind]),
        )
        for ago in range(DAYS if kind is CodeKind.COMMUNITY else random.randint(2, 9))
    ]
    city.code_days += days
    city.codes.append(
        Code(
            id=number,
            token="".join(random.choices(ALPHABET, k=TOKEN_LENGTH)),
            kind=kind,
            area_id=area.id,
            label=label,
            scans=sum(day.scans for day in days),
            created_by=0,
            created_at=city.now - FOUNDED,
        )
    )
