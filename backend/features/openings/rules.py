"""Which rows of a spreadsheet can be balances or readings. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.foundation.areas.queries import folded

MOST_ROWS = 10_000
DOOR = ("楼栋", "单元", "房号")
BALANCES = (*DOOR, "账期", "欠费（元）", "预存（元）")
READINGS = (*DOOR, "账期", "抄表日期", "上次读数", "本次读数", "备注")
BALANCE_NOTES = (
    "每行一户一期；同一户多期欠费分多行填写。第一行的列名请勿改动，顺序可以调整。",
    "账期：按收费项目的周期写，如 2026-09、2026Q3、2026；只填预存时可留空。",
    "欠费、预存：元，最多两位小数，至少填一项；预存每户只能导入一次。",
    f"一次最多 {MOST_ROWS} 行；有一行不合格则整表都不导入，并逐行说明原因。",
)
READING_NOTES = (
    "每行一户。第一行的列名请勿改动，顺序可以调整。",
    "账期：按收费项目的周期写，如 2026-11。抄表日期：如 2026-11-20。",
    "上次读数：只有第一次抄表时必填，以后以系统里的上次读数为准。读数最多三位小数。",
    "本次读数小于上次的（过零、换表）请在系统里逐户录入。",
    f"一次最多 {MOST_ROWS} 行；有一行不合格则整表都不导入，并逐行说明原因。",
)
_MONEY = re.compile(r"^[0-9]{1,6}(\.[0-9]{1,2})?$")
_READING = re.compile(r"^[0-9]{1,9}(\.[0-9]{1,3})?$")


@dataclass(frozen=True)
class Wrong:
    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Line:
    """A row with its cells by column, and the door it names, folded."""

    row: int
    cells: dict[str, str]

    @property
    def door(self) -> tuple[str, ...]:
        return tuple(folded(self.cells[name]) for name in DOOR)


def read_table(
    table: Sequence[Sequence[str]], columns: Sequence[str]
) -> tuple[list[Line], list[Wrong]]:
    """The rows that hold anything; what is missing in the header is wrong."""
    header = [folded(cell) for cell in table[0]] if table else []
    places = {name: header.index(folded(name)) for name in columns if folded(name) in header}
    missing = [name for name in columns if name not in places]
    if missing:
        return [], [Wrong(1, name, "缺少这一列，请使用模板") for name in missing]
    found = []
    for number, cells in enumerate(table[1:], start=2):
        values = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        if any(values.values()):
            found.append(Line(number, values))
    return found, [] if found else [Wrong(2, "", "表格里没有内容")]


def fen(text: str) -> int | None:
    """Fen of an amount in yuan, exactly; None for what is none."""
    if not _MONEY.match(text):
        return None
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def milli(text: str) -> int | None:
    """Thousandths of a reading, exactly; None for what is none."""
    if not _READING.match(text):
        return None
    whole, _, rest = text.partition(".")
    return int(whole) * 1000 + int(rest.ljust(3, "0") or 0)


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
