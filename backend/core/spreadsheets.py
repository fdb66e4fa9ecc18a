"""Spreadsheets in and out: .xlsx and .csv as rows of text.

What comes in is hostile until proven otherwise: a small archive may unfold to gigabytes, and one
cell in the last corner makes a dense table of 17 billion. What goes out never holds a formula.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from typing import Any

from backend.core.errors import Invalid, TooLarge
from backend.core.loader import when_used

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 5 * 1024 * 1024
MOST_INFLATED = 80 * 1024 * 1024
MOST_ENTRIES = 200
MOST_COLUMNS = 64
_POSITION = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,4})([0-9]{1,9})["']""")
_UNREADABLE = "无法读取这个表格，请另存为 .xlsx 或 .csv 后再试"
_INJECTING = ("=", "+", "-", "@", "\t", "\r")


def read(name: str, content: bytes, most_rows: int) -> list[list[str]]:
    """The cells of the first sheet as stripped text, row 1 first, blank rows kept.

    Raises TooLarge, or Invalid for `file` when it is no spreadsheet. Slow: run it in a thread.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(f"表格不能超过 {MOST_BYTES // 1024 // 1024} MB")
    if not content:
        raise Invalid(fields={"file": "表格是空的"})
    if name.lower().endswith(".csv"):
        table = _csv(content, most_rows)
    elif content.startswith(b"PK\x03\x04"):
        table = _xlsx(content, most_rows)
    else:
        raise Invalid(fields={"file": _UNREADABLE})
    while table and not any(table[-1]):
        table.pop()
    if len(table) > most_rows + 1:
        raise TooLarge(f"一次最多 {most_rows} 行，请分开导入")
    return table


def _csv(content: bytes, most_rows: int) -> list[list[str]]:
    """UTF-8 with or without a mark, or GB 18030 as Chinese Excel saves it."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError, csv.Error):
            text = content.decode(encoding)
            reader = islice(csv.reader(io.StringIO(text)), most_rows * 2 + 1000)
            return [[_text(cell) for cell in row] for row in reader]
    raise Invalid(fields={"file": _UNREADABLE})


def _xlsx(content: bytes, most_rows: int) -> list[list[str]]:
    file = io.BytesIO(content)
    try:
        _inspect(content, most_rows)
        with when_used("python_calamine").CalamineWorkbook.from_filelike(file) as book:
            found = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (TooLarge, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        raise Invalid(fields={"file": _UNREADABLE}) from error
    return [[_text(cell) for cell in row] for row in found]


def _inspect(content: bytes, most_rows: int) -> None:
    """Unfold every entry within bounds and look where the cells stand. Raises TooLarge."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_INFLATED:
            raise TooLarge("表格展开后太大")
        for one in entries:
            # Python reads no more than the size declared, and then checks the sum.
            inflated = archive.read(one)
            if "sheet" in one.filename.lower():
                _look(inflated, most_rows)


def _look(sheet: bytes, most_rows: int) -> None:
    if b"\x00" in sheet[:200]:
        raise Invalid(fields={"file": _UNREADABLE})
    for letters, number in _POSITION.findall(sheet):
        # Blank but formatted rows below the last are common; a few thousand do no harm.
        if int(number) > most_rows * 2 + 1000 or _column(letters) > MOST_COLUMNS:
            raise TooLarge(f"一次最多 {most_rows} 行、{MOST_COLUMNS} 列，请分开导入")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).replace("\u00a0", " ").strip()


def write(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> bytes:
    """An .xlsx with one sheet: a bold, frozen header, then the rows. `notes` get a second sheet.

    Text is written as text and numbers as numbers: nothing becomes a formula or a link, and what
    would become one when saved as .csv is marked with a leading apostrophe.
    """
    target = io.BytesIO()
    book = when_used("xlsxwriter").Workbook(target, {"in_memory": True})
    bold = book.add_format({"bold": True, "bg_color": "#E8F1EC", "border": 1})
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    for column, words in enumerate(header):
        sheet.set_column(column, column, max(12, len(words) * 2 + 2))
        sheet.write_string(0, column, words, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _put(sheet, number, column, value)
    if notes:
        _write_notes(book, notes)
    book.close()
    return target.getvalue()


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, harmless(str(value)))


def _write_notes(book: Any, notes: Sequence[str]) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 90)
    for number, words in enumerate(notes):
        sheet.write_string(number, 0, words)


def harmless(text: str) -> str:
    """The text, marked when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_INJECTING) else text
