"""The levels of the tree, what may stand below what, and how names are compared."""

import unicodedata
from enum import StrEnum


class Level(StrEnum):
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"
    GRID = "grid"
    BUILDING = "building"
    UNIT = "unit"

    @property
    def label(self) -> str:
        return _LEVEL_NAMES[self]


_LEVEL_NAMES = {
    Level.COUNTY: "县区",
    Level.STREET: "街道",
    Level.COMMUNITY: "社区",
    Level.COMPOUND: "小区",
    Level.GRID: "网格",
    Level.BUILDING: "楼栋",
    Level.UNIT: "单元",
}

PARENTS: dict[Level, frozenset[Level | None]] = {
    Level.COUNTY: frozenset({None}),
    Level.STREET: frozenset({Level.COUNTY}),
    Level.COMMUNITY: frozenset({Level.STREET}),
    Level.COMPOUND: frozenset({Level.COMMUNITY}),
    # A village has grids without a compound; a compound of two buildings has no grids yet.
    Level.GRID: frozenset({Level.COMPOUND, Level.COMMUNITY}),
    Level.BUILDING: frozenset({Level.GRID, Level.COMPOUND}),
    Level.UNIT: frozenset({Level.BUILDING}),
}
WITH_DWELLINGS = frozenset({Level.BUILDING, Level.UNIT})


def may_stand_below(level: Level, parent: Level | None) -> bool:
    return parent in PARENTS[level]


def folded(name: str) -> str:
    """A name as compared: width, case and inner blanks do not tell two names apart."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def sibling_key(parent_id: int | None, name: str) -> str:
    """Unique among all areas exactly when the name is unique among its siblings."""
    return f"{parent_id or 0}:{folded(name)}"


def path_below(parent_path: str | None, area_id: int) -> str:
    """`/1/3/17/`: the parent's path and the area's own id."""
    return f"{parent_path or '/'}{area_id}/"


def ids_of(path: str) -> list[int]:
    """The ids in a path, outermost first."""
    return [int(part) for part in path.split("/") if part]
