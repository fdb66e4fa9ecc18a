"""Paper: a slip with its number, facts, lines of amounts and their total, as PDF."""

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from backend.core.drawing import FAINT, GREEN, INK, LINE, font, wrapped
from backend.core.slips import MONEY, Slip

MM: float = mm
WIDTH, HEIGHT = A4
LEFT: float = 18 * MM
RIGHT: float = WIDTH - LEFT
TOP: float = HEIGHT - 20 * MM
BOTTOM: float = 26 * MM
ROW: float = 8 * MM
SIZE = 10.5


def slip(wanted: Slip) -> bytes:
    """The slip as PDF, on as many pages of A4 as its lines need."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.setTitle(f"{wanted.title} {wanted.number}")
    y = _head(canvas, wanted)
    y = _facts(canvas, wanted.facts, y)
    y = _table(canvas, wanted, y)
    _foot(canvas, wanted, y)
    canvas.save()
    return target.getvalue()


def _say(canvas: Any, text: str, at: tuple[float, float], colour: Any = INK) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font(), SIZE)
    canvas.drawString(*at, text)


def _head(canvas: Any, wanted: Slip) -> float:
    canvas.setFillColor(GREEN)
    canvas.setFont(font(), 20)
    canvas.drawCentredString(WIDTH / 2, TOP - 4 * MM, wanted.title)
    canvas.setFillColor(FAINT)
    canvas.setFont(font(), SIZE)
    canvas.drawRightString(RIGHT, TOP - 14 * MM, f"No. {wanted.number}")
    return TOP - 22 * MM


def _facts(canvas: Any, facts: Sequence[tuple[str, str]], y: float) -> float:
    """Two to a row; a long one has a row of its own."""
    half, column = (RIGHT - LEFT) / 2, 0
    for label, text in facts:
        shown = wrapped(text, RIGHT - LEFT - 24 * MM, SIZE)
        is_long = len(wrapped(text, half - 26 * MM, SIZE)) > 1
        if is_long and column:
            y, column = y - ROW, 0
        x = LEFT + column * half
        _say(canvas, label, (x, y), FAINT)
        for line in shown or [""]:
            _say(canvas, line, (x + 24 * MM, y))
            y -= (ROW * 0.7) if is_long else 0
        column = 0 if is_long else 1 - column
        if not column:
            y -= ROW if not is_long else ROW * 0.3
    return y - (ROW if column else 0)


def _table(canvas: Any, wanted: Slip, y: float) -> float:
    y = _row(canvas, wanted.columns, y, FAINT)
    for what, amount in wanted.lines:
        if y < BOTTOM + 2 * ROW:
            canvas.showPage()
            y = _row(canvas, (f"{wanted.columns[0]}（续）", wanted.columns[1]), TOP, FAINT)
        y = _row(canvas, (what, amount), y)
    total = (f"合计（大写）{wanted.words}", f"¥ {wanted.total}")
    return _row(canvas, total if wanted.columns == MONEY else (wanted.words, wanted.total), y)


def _row(canvas: Any, cells: tuple[str, str], y: float, colour: Any = INK) -> float:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.rect(LEFT, y - ROW, RIGHT - LEFT, ROW)
    text, room = y - ROW + 2.6 * MM, RIGHT - LEFT - 46 * MM
    whole = wrapped(cells[0], room, SIZE)
    shown = whole[0] if len(whole) == 1 else f"{whole[0][:-1]}…"
    _say(canvas, shown if whole else "", (LEFT + 3 * MM, text), colour)
    canvas.drawRightString(RIGHT - 3 * MM, text, cells[1])
    return y - ROW


def _foot(canvas: Any, wanted: Slip, y: float) -> None:
    for line in wrapped(wanted.foot, RIGHT - LEFT, SIZE):
        y -= ROW
        _say(canvas, line, (LEFT, y), FAINT)
