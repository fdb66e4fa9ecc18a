"""The levels of the tree, what may stand below what, how names are compared, and which rows of a
spreadsheet can become areas and dwellings."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.core.labels import Labelled


class Level(Labelled):
    COUNTY = "county", "县区"
    STREET = "street", "街道"
    COMMUNITY = "community", "社区"
    COMPOUND = "compound", "小区"
    GRID = "grid", "网格"
    BUILDING = "building", "楼栋"
    UNIT = "unit", "单元"


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
IMPORTED = (Level.COMMUNITY, Level.COMPOUND, Level.GRID, Level.BUILDING, Level.UNIT)
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


def paths_to(path: str) -> list[str]:
    """The paths of the areas on the way, outermost first, the last one included."""
    ids = ids_of(path)
    return [f"/{'/'.join(map(str, ids[:depth]))}/" for depth in range(1, len(ids) + 1)]


def ids_of(path: str) -> list[int]:
    """The ids in a path, outermost first."""
    return [int(part) for part in path.split("/") if part]


def full_name(chain: Sequence[tuple[Level, str]]) -> str:
    """How people say where it is: from the community on, without the grid in between.

    A community is named with its street, a street with its county.
    """
    if not chain:
        return ""
    last = chain[-1][0]
    start = {Level.STREET: Level.COUNTY, Level.COMMUNITY: Level.STREET}.get(last, Level.COMMUNITY)
    order = list(Level)
    first = order.index(min(start, last, key=order.index))
    return "".join(
        name
        for level, name in chain
        if order.index(level) >= first and (level != Level.GRID or level == last)
    )


# -- the spreadsheet ---------------------------------------------------------------------------

COLUMNS = ("社区", "小区", "网格", "楼栋", "单元", "房号", "楼层", "建筑面积（㎡）")
MOST_ROWS = 10_000
NOTES = (
    "每行一户；只建区域时房号以后留空。第一行的列名请勿改动，顺序可以调整。",
    "社区：必填，须已在系统中；有同名社区时写成“街道/社区”。",
    "小区、网格：至少填一项；网格可以直属社区。",
    "楼栋：填写房号或单元时必填。同一小区内楼栋不重名。",
    "房号：如 101、商铺1，最多 20 个字。",
    "楼层：整数，地下为负数。建筑面积：平方米，最多两位小数。",
    f"一次最多 {MOST_ROWS} 行；有一行不合格则整表都不导入，并逐行说明原因。",
)
_BAD = re.compile(r"[\x00-\x1f/]")
_SQUARE = re.compile(r"^[0-9]{1,6}(\.[0-9]{1,2})?$")
_FLOOR = re.compile(r"^-?[0-9]{1,3}$")

Chain = tuple[tuple[Level, str], ...]
"""Levels and names from below the community down to one area."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a row, for people."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class ImportRow:
    """A valid row. `number` is empty when it only builds areas."""

    row: int
    community: str
    chain: Chain
    number: str
    floor: int | None
    square: int | None

    @property
    def dwelling_key(self) -> tuple[str, tuple[str, ...], str]:
        return (
            folded(self.community),
            tuple(f"{level}:{folded(name)}" for level, name in self.chain),
            self.number,
        )


def read_table(table: Sequence[Sequence[str]]) -> tuple[list[ImportRow], list[Wrong]]:
    """Every row that is right, and everything that is wrong; `table` has the header first."""
    places, wrong = _header(table[0] if table else [])
    if wrong:
        return [], wrong
    good: list[ImportRow] = []
    for number, cells in enumerate(table[1:], start=2):
        values = {name: _cell(cells, place) for name, place in places.items()}
        if not any(values.values()):
            continue
        found = _row_errors(number, values)
        wrong += found
        if not found:
            good.append(_import_row(number, values))
    if not good and not wrong:
        wrong.append(Wrong(2, "", "表格里没有内容"))
    return good, wrong + _repeated(good)


def _header(cells: Sequence[str]) -> tuple[dict[str, int], list[Wrong]]:
    known = {folded(name).partition("(")[0]: name for name in COLUMNS}
    places: dict[str, int] = {}
    for place, words in enumerate(cells):
        name = known.get(folded(words).partition("(")[0])
        if name is not None:
            places.setdefault(name, place)
    missing = [name for name in COLUMNS if name not in places]
    return places, [Wrong(1, name, "缺少这一列，请使用模板") for name in missing]


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _row_errors(row: int, values: dict[str, str]) -> list[Wrong]:
    wrong = [Wrong(row, column, words) for column, words in _missing(values)]
    for column in COLUMNS[:5]:
        text = values[column]
        if len(text) > 60:
            wrong.append(Wrong(row, column, "最多 60 个字"))
        if column != "社区" and _BAD.search(text):
            wrong.append(Wrong(row, column, "含有不允许的字符"))
    number = values["房号"]
    if len(number) > 20 or _BAD.search(number):
        wrong.append(Wrong(row, "房号", "最多 20 个字，不含换行和斜杠"))
    if values["楼层"] and not (_FLOOR.match(values["楼层"]) and -9 <= int(values["楼层"]) <= 150):
        wrong.append(Wrong(row, "楼层", "应为 -9 到 150 的整数"))
    square = values[COLUMNS[7]]
    if square and not (_SQUARE.match(square) and Decimal(square) > 0):
        wrong.append(Wrong(row, COLUMNS[7], "应为大于 0 的数字，最多两位小数"))
    return wrong


def _missing(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not values["社区"]:
        yield "社区", "必填"
    if not values["小区"] and not values["网格"]:
        yield "小区", "小区和网格至少填一项"
    if (values["单元"] or values["房号"]) and not values["楼栋"]:
        yield "楼栋", "填写单元或房号时必填"
    if (values["楼层"] or values[COLUMNS[7]]) and not values["房号"]:
        yield "房号", "填写楼层或面积时必填"


def _import_row(row: int, values: dict[str, str]) -> ImportRow:
    chain = tuple(
        (level, values[column])
        for level, column in zip(IMPORTED[1:], COLUMNS[1:5], strict=True)
        if values[column]
    )
    square = values[COLUMNS[7]]
    return ImportRow(
        row=row,
        community=values["社区"],
        chain=chain,
        number=unicodedata.normalize("NFKC", values["房号"]).upper(),
        floor=int(values["楼层"]) if values["楼层"] else None,
        square=int(Decimal(square) * 100) if square else None,
    )


def _repeated(good: Sequence[ImportRow]) -> list[Wrong]:
    """Dwellings that stand twice, and buildings that stand in two grids of one compound."""
    wrong: list[Wrong] = []
    homes: dict[object, int] = {}
    buildings: dict[object, tuple[object, int]] = {}
    for one in good:
        if one.number:
            first = homes.setdefault(one.dwelling_key, one.row)
            if first != one.row:
                wrong.append(Wrong(one.row, "房号", f"与第 {first} 行重复"))
        names = dict(one.chain)
        if Level.BUILDING in names and Level.COMPOUND in names:
            grid = folded(names.get(Level.GRID, ""))
            where = (folded(one.community), folded(names[Level.COMPOUND]))
            key = (*where, folded(names[Level.BUILDING]))
            other, row = buildings.setdefault(key, (grid, one.row))
            if other != grid:
                wrong.append(Wrong(one.row, "网格", f"同一楼栋在第 {row} 行属于另一个网格"))
    return wrong
