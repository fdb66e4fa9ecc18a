"""Spreadsheets: what is read, what is refused, and that nothing written is a formula."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import spreadsheets
from backend.core.errors import Invalid, TooLarge


def made(*rows: list[object]) -> bytes:
    return spreadsheets.write("表", ["小区", "房号"], rows)


def test_what_is_written_is_read_again() -> None:
    table = spreadsheets.read("a.xlsx", made(["锦绣花园", 101], [None, "商铺1"]), 10)
    assert table == [["小区", "房号"], ["锦绣花园", "101"], ["", "商铺1"]]


def test_csv_of_excel_and_of_others() -> None:
    text = "小区,房号\r\n锦绣花园, 101 \r\n"
    for encoding in ("utf-8-sig", "utf-8", "gb18030"):
        table = spreadsheets.read("a.CSV", text.encode(encoding), 10)
        assert table == [["小区", "房号"], ["锦绣花园", "101"]]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_nothing_written_is_a_formula(evil: str) -> None:
    content = made([evil, "x"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"<hyperlink" not in sheet
        assert "'" + evil.strip()[0] in archive.read("xl/sharedStrings.xml").decode() or (
            evil.startswith("\t")
        )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html>", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_spreadsheet_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        spreadsheets.read("a.xlsx", content, 10)


def test_too_many_rows_and_bytes() -> None:
    with pytest.raises(TooLarge):
        spreadsheets.read("a.csv", b"a\n" * 12, 10)
    with pytest.raises(TooLarge):
        spreadsheets.read("a.csv", b"a" * (spreadsheets.MOST_BYTES + 1), 10)


def rewritten(change: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made(["a", "b"]))) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return target.getvalue()


def test_a_cell_in_the_last_corner_is_refused_before_it_is_read() -> None:
    corner = (
        b'<worksheet><sheetData><row><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(TooLarge):
        spreadsheets.read("a.xlsx", rewritten({"xl/worksheets/sheet1.xml": corner}), 100)


def test_an_archive_that_unfolds_too_far_is_refused() -> None:
    bomb = b" " * (spreadsheets.MOST_INFLATED + 1)
    content = rewritten({"xl/worksheets/sheet1.xml": bomb})
    assert len(content) < spreadsheets.MOST_BYTES
    with pytest.raises(TooLarge):
        spreadsheets.read("a.xlsx", content, 100)


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx"]), st.booleans())
def test_any_bytes_are_read_or_refused(content: bytes, name: str, zipped: bool) -> None:
    with suppress(Invalid, TooLarge):
        spreadsheets.read(name, b"PK\x03\x04" + content if zipped else content, 100)
