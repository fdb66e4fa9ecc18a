"""Paper: that codes can be read and pages say in Chinese what they should."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from backend.core import drawing, printing
from backend.core.printing import Card

ADDRESS = "https://linli.example/m/?scene=K7M2QX9AB4#/pages/resident/index?scene=K7M2QX9AB4"


def card(title: str = "春晖社区") -> Card:
    note = "报修 · 投诉 · 建议 · 求助\n电话 0539-1234567"
    return Card(title, "锦绣花园1号楼", note, printing.qr(ADDRESS))


def test_a_qr_has_a_quiet_zone_and_grows_with_its_text() -> None:
    picture = Image.open(io.BytesIO(printing.qr(ADDRESS))).convert("L")
    assert picture.size[0] == picture.size[1] > 300
    edge = {picture.getpixel((x, y)) for x in range(picture.size[0]) for y in range(40)}
    assert edge == {255}
    assert len(printing.qr("x" * 600)) > len(printing.qr("x"))


def test_long_names_are_wrapped_and_cut() -> None:
    lines = drawing.wrapped("很长的社区名字" * 12, 120, 15)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert drawing.wrapped("短", 120, 15) == ["短"]
    assert drawing.wrapped("上\n下", 120, 15) == ["上", "下"]
    assert drawing.wrapped("", 120, 15) == []


def test_a_thousand_cards_hold_their_picture_once() -> None:
    few, many = printing.cards([card()]), printing.cards([card()] * 1000)
    assert many.startswith(b"%PDF-")
    assert many.count(b"/Type /Page\n") == 100
    assert len(many) < len(few) * 40


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="LEFT OUT: pdftotext is not installed")
@pytest.mark.parametrize("draw", [printing.cards, printing.posters])
def test_the_text_stands_in_the_page(draw: object, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(draw([card(), card("秋实社区")]))  # type: ignore[operator]
    read = subprocess.run(
        ["pdftotext", str(tmp_path / "a.pdf"), "-"], capture_output=True, text=True, check=True
    )
    for words in ("春晖社区", "秋实社区", "锦绣花园1号楼", "0539-1234567"):
        assert words in read.stdout


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="LEFT OUT: pdftoppm is not installed")
def test_a_page_has_ink_where_words_are(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(printing.posters([card()]))
    (tmp_path / "b.pdf").write_bytes(printing.posters([Card("", "", "", printing.qr(ADDRESS))]))
    shades: list[int] = []
    for name in ("a", "b"):
        command = ["pdftoppm", "-r", "40", "-png", "-singlefile", f"{name}.pdf", name]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        page = Image.open(tmp_path / f"{name}.png").convert("L")
        band = page.crop((0, 0, page.size[0], page.size[1] // 5))
        shades.append(sum(band.histogram()[200:]))
    assert shades[0] > shades[1] + 100
