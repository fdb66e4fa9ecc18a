"""What the tables themselves refuse and keep, on both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.exceptions import IntegrityError

from backend.foundation.areas import rules
from backend.foundation.areas.models import Area, Dwelling, Level
from tests.foundation.conftest import City, plant


async def test_rows_come_back_as_they_went_in(city: City) -> None:
    unit = await Area.get(id=city.unit.id).prefetch_related("parent")
    assert unit.path == f"{city.buildings[0].path}{unit.id}/"
    assert (unit.level, unit.parent.name, unit.contact) == (Level.UNIT, "1号楼", {})
    home = await Dwelling.get(id=city.home.id)
    assert (home.number, home.floor, home.square) == ("101", 1, 8950)


async def test_names_and_numbers_stand_once(city: City) -> None:
    with pytest.raises(IntegrityError):
        await plant(city.compound, Level.GRID, "第一 网格")
    await plant(city.spring, Level.GRID, "第一网格")
    with pytest.raises(IntegrityError):
        await Dwelling.create(area_id=city.unit.id, number="101")


@given(st.sampled_from(list(Level)), st.sampled_from([None, *Level]))
def test_only_a_higher_level_carries_a_lower(level: Level, parent: Level | None) -> None:
    order = list(Level)
    if rules.may_stand_below(level, parent):
        assert (parent is None) == (level == Level.COUNTY)
        assert parent is None or order.index(parent) < order.index(level)


@given(st.lists(st.integers(1, 2**63 - 1), max_size=7))
def test_a_path_holds_its_ids(ids: list[int]) -> None:
    path: str | None = None
    for one in ids:
        path = rules.path_below(path, one)
    assert rules.ids_of(path or "/") == ids
