"""A small city: one street, two communities, a compound with grids, buildings, dwellings."""

from dataclasses import dataclass

import pytest

from backend.foundation.areas import rules
from backend.foundation.areas.models import Area, Dwelling, Level


async def plant(parent: Area | None, level: Level, name: str, sort: int = 0) -> Area:
    """An area without its rules being asked: for tests of rooms above."""
    parent_id = parent.id if parent else None
    key = rules.sibling_key(parent_id, name)
    area = await Area.create(
        parent_id=parent_id, level=level, name=name, sibling_key=key, sort=sort
    )
    area.path = rules.path_below(parent.path if parent else None, area.id)
    await area.save(update_fields=["path"])
    return area


@dataclass(frozen=True)
class City:
    """Two communities; the first has a compound of two grids, one building each."""

    county: Area
    street: Area
    spring: Area
    autumn: Area
    compound: Area
    grids: tuple[Area, Area]
    buildings: tuple[Area, Area]
    unit: Area
    home: Dwelling
    shop: Dwelling
    far_building: Area
    far_home: Dwelling


@pytest.fixture
async def city(db: str) -> City:
    county = await plant(None, Level.COUNTY, "临河区")
    street = await plant(county, Level.STREET, "望山街道")
    spring = await plant(street, Level.COMMUNITY, "春晖社区")
    autumn = await plant(street, Level.COMMUNITY, "秋实社区")
    compound = await plant(spring, Level.COMPOUND, "锦绣花园")
    first = await plant(compound, Level.GRID, "第一网格", 1)
    second = await plant(compound, Level.GRID, "第二网格", 2)
    one = await plant(first, Level.BUILDING, "1号楼", 1)
    two = await plant(second, Level.BUILDING, "2号楼", 2)
    unit = await plant(one, Level.UNIT, "1单元")
    far = await plant(autumn, Level.COMPOUND, "丰收里")
    far_building = await plant(far, Level.BUILDING, "8号楼")
    home = await Dwelling.create(area_id=unit.id, number="101", floor=1, square=8950)
    shop = await Dwelling.create(area_id=two.id, number="商铺1", floor=1, square=4000)
    far_home = await Dwelling.create(area_id=far_building.id, number="302", floor=3)
    return City(
        county, street, spring, autumn, compound, (first, second), (one, two), unit,
        home, shop, far_building, far_home,
    )  # fmt: skip
