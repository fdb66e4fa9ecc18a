"""How paper is drawn: what `core.printing` promises, with the libraries that it takes."""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import qrcode
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from backend.core.printing import CARDS_PER_PAGE, COLUMNS, ROWS, Card

CARD_WIDTH, CARD_HEIGHT = 90 * mm, 54 * mm
GREEN, INK, FAINT, LINE = (HexColor(c) for c in ("#07794B", "#1F2A24", "#66736C", "#C9D2CD"))
FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
"""Fonts that reportlab can embed (not Noto CJK's outlines) with Chinese and digits (not Droid)."""
BUILT_IN = "STSong-Light"
"""Adobe's name for a font that every PDF reader brings itself; nothing is embedded."""


@dataclass(frozen=True)
class _Style:
    size: float
    colour: Any
    is_centred: bool = False


def qr(text: str) -> bytes:
    """An ordinary QR of the text as PNG, with its quiet zone; a quarter of it may be damaged."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=12, border=4)
    code.add_data(text)
    code.make(fit=True)
    target = io.BytesIO()
    code.make_image().save(target, "PNG")
    return target.getvalue()


def cards(wanted: Sequence[Card]) -> bytes:
    """Business cards of 90 × 54 mm, ten on a page of A4 with lines to cut along."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    pictures = _Pictures()
    for start in range(0, len(wanted), CARDS_PER_PAGE):
        for place, card in enumerate(wanted[start : start + CARDS_PER_PAGE]):
            _card(canvas, card, pictures.reader(card.picture), *_corner(place))
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def posters(wanted: Sequence[Card]) -> bytes:
    """Posters of A4, one a page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for card in wanted:
        _poster(canvas, card)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


class _Pictures:
    """One reader per picture: a sheet of the same card holds its picture once."""

    def __init__(self) -> None:
        self._readers: dict[bytes, Any] = {}

    def reader(self, picture: bytes) -> Any:
        if picture not in self._readers:
            self._readers[picture] = ImageReader(io.BytesIO(picture))
        return self._readers[picture]


def _corner(place: int) -> tuple[float, float]:
    """The lower left corner of a card, counted from the upper left of the page."""
    width, height = A4
    left = (width - COLUMNS * CARD_WIDTH) / 2
    top = height - (height - ROWS * CARD_HEIGHT) / 2
    row, column = divmod(place, COLUMNS)
    return left + column * CARD_WIDTH, top - (row + 1) * CARD_HEIGHT


def _card(canvas: Any, card: Card, picture: Any, left: float, bottom: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.3)
    canvas.rect(left, bottom, CARD_WIDTH, CARD_HEIGHT)
    canvas.setFillColor(GREEN)
    canvas.rect(left, bottom + CARD_HEIGHT - 3 * mm, CARD_WIDTH, 3 * mm, stroke=0, fill=1)
    size = 38 * mm
    canvas.drawImage(picture, left + 3 * mm, bottom + 6.5 * mm, size, size, mask="auto")
    text, room = left + 44 * mm, 43 * mm
    y = _lines(canvas, card.title, (text, bottom + 39 * mm), room, _Style(15, INK))
    y = _lines(canvas, card.subtitle, (text, y - 2 * mm), room, _Style(10, FAINT))
    _lines(canvas, card.note, (text, min(y - 3 * mm, bottom + 17 * mm)), room, _Style(8.5, GREEN))


def _poster(canvas: Any, card: Card) -> None:
    width, height = A4
    canvas.setFillColor(GREEN)
    canvas.rect(0, height - 84 * mm, width, 84 * mm, stroke=0, fill=1)
    room = width - 30 * mm
    middle = width / 2
    white = HexColor("#FFFFFF")
    y = _lines(
        canvas, card.title, (middle, height - 34 * mm), room, _Style(38, white, is_centred=True)
    )
    _lines(
        canvas,
        card.subtitle,
        (middle, min(y - 2 * mm, height - 60 * mm)),
        room,
        _Style(18, white, is_centred=True),
    )
    size = 128 * mm
    picture = ImageReader(io.BytesIO(card.picture))
    canvas.drawImage(picture, (width - size) / 2, 70 * mm, size, size, mask="auto")
    _lines(canvas, "微信扫一扫", (middle, 56 * mm), room, _Style(28, INK, is_centred=True))
    _lines(canvas, card.note, (middle, 42 * mm), room, _Style(15, FAINT, is_centred=True))


def _lines(canvas: Any, text: str, at: tuple[float, float], room: float, style: _Style) -> float:
    """Write the text in at most three lines and say where the next would stand."""
    canvas.setFillColor(style.colour)
    canvas.setFont(font(), style.size)
    x, y = at
    draw = canvas.drawCentredString if style.is_centred else canvas.drawString
    for line in wrapped(text, room, style.size):
        draw(x, y, line)
        y -= style.size * 1.35
    return y


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The text in at most three lines of `room` points; what does not fit ends in `…`."""
    # Readers' own Chinese fonts draw the narrow dot as an empty box.
    parts = text.replace("·", "・").split("\n")
    lines = [line for part in parts for line in _broken(part, room, size)]
    return lines if len(lines) <= 3 else [*lines[:2], lines[2][:-1] + "…"]


def _broken(text: str, room: float, size: float) -> Iterator[str]:
    line = ""
    for character in text:
        if line and pdfmetrics.stringWidth(line + character, font(), size) > room:
            yield line
            line = ""
        line += character
    if line:
        yield line


@lru_cache(maxsize=1)
def font() -> str:
    """The name of a registered font with Chinese: an embedded one where the machine has it."""
    for path in FONTS:
        with suppress(TTFError, OSError):
            if Path(path).exists():
                pdfmetrics.registerFont(TTFont("Linli", path))
                return "Linli"
    pdfmetrics.registerFont(UnicodeCIDFont(BUILT_IN))
    return BUILT_IN


MARGIN, LINE_HEIGHT = 15 * mm, 7 * mm


def table(
    title: str,
    subtitle: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str] = (),
) -> bytes:
    """A table on A4, the header on every page, notes below the last row."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    widths = _widths(header, rows)
    y = _head(canvas, title, subtitle, header, widths)
    for row in rows:
        if y < MARGIN + LINE_HEIGHT:
            canvas.showPage()
            y = _head(canvas, title, subtitle, header, widths)
        y = _cells(canvas, row, widths, y, _Style(9, INK))
    for note in notes:
        _lines(canvas, note, (MARGIN, y - 2 * mm), A4[0] - 2 * MARGIN, _Style(9, FAINT))
        y -= LINE_HEIGHT
    canvas.save()
    return target.getvalue()


def _widths(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """The room shared among the columns by their longest cells."""
    longest = [
        max(pdfmetrics.stringWidth(cells[column], font(), 9) for cells in (header, *rows)) + 3 * mm
        for column in range(len(header))
    ]
    room = A4[0] - 2 * MARGIN
    return [one * room / sum(longest) for one in longest]


def _head(
    canvas: Any, title: str, subtitle: str, header: Sequence[str], widths: Sequence[float]
) -> float:
    """The top of a page; where its first row stands."""
    width, height = A4
    middle = width / 2
    _lines(canvas, title, (middle, height - 20 * mm), width, _Style(18, INK, is_centred=True))
    _lines(canvas, subtitle, (MARGIN, height - 30 * mm), width - 2 * MARGIN, _Style(11, INK))
    y = height - 40 * mm
    canvas.setFillColor(GREEN)
    canvas.rect(MARGIN, y - 2 * mm, width - 2 * MARGIN, LINE_HEIGHT, stroke=0, fill=1)
    return _cells(canvas, header, widths, y, _Style(9, HexColor("#FFFFFF")))


def _cells(
    canvas: Any, cells: Sequence[str], widths: Sequence[float], y: float, style: _Style
) -> float:
    """One row, each cell cut to its column; where the next row stands."""
    canvas.setStrokeColor(LINE)
    canvas.line(MARGIN, y - 2 * mm, A4[0] - MARGIN, y - 2 * mm)
    canvas.setFillColor(style.colour)
    canvas.setFont(font(), style.size)
    x = float(MARGIN + 1 * mm)
    for text, width in zip(cells, widths, strict=True):
        canvas.drawString(x, y, _cut(text, width - 2 * mm, style.size))
        x += width
    return float(y - LINE_HEIGHT)


def _cut(text: str, room: float, size: float) -> str:
    """As much of the text as there is room for, an ellipsis where it goes on."""
    if pdfmetrics.stringWidth(text, font(), size) <= room:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", font(), size) > room:
        text = text[:-1]
    return f"{text}…"
