"""Paper: QR codes as pictures; sheets of cards and posters as PDF with Chinese text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.core.loader import when_used

PDF, PNG = "application/pdf", "image/png"
COLUMNS, ROWS = 2, 5
CARDS_PER_PAGE = COLUMNS * ROWS


@dataclass(frozen=True)
class Card:
    """A code with what is printed beside it."""

    title: str
    subtitle: str
    note: str
    picture: bytes = field(repr=False)


def _drawing() -> Any:
    return when_used("backend.core.drawing")


def qr(text: str) -> bytes:
    """An ordinary QR of the text as PNG, with its quiet zone; a quarter of it may be damaged."""
    picture: bytes = _drawing().qr(text)
    return picture


def cards(wanted: Sequence[Card]) -> bytes:
    """Business cards of 90 × 54 mm, ten on a page of A4 with lines to cut along."""
    sheet: bytes = _drawing().cards(wanted)
    return sheet


def posters(wanted: Sequence[Card]) -> bytes:
    """Posters of A4, one a page."""
    sheet: bytes = _drawing().posters(wanted)
    return sheet


def table(
    title: str,
    subtitle: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str] = (),
) -> bytes:
    """A table on A4, the header on every page, notes below the last row."""
    sheet: bytes = _drawing().table(title, subtitle, header, rows, notes)
    return sheet
