"""How paper to vote on is drawn: what `core.ballot_paper` promises."""

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from backend.core.ballot_paper import BallotPaper
from backend.core.drawing import FAINT, GREEN, INK, LINE, font, wrapped
from backend.core.slip_drawing import LEFT, MM, RIGHT

WIDTH, HEIGHT = A4
HALF = HEIGHT / 2


def ballot_papers(wanted: Sequence[BallotPaper]) -> bytes:
    """Two ballots on a page, with a line to cut along."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for number, one in enumerate(wanted):
        _ballot(canvas, one, HEIGHT - (number % 2) * HALF)
        if number % 2 or number == len(wanted) - 1:
            canvas.showPage()
    canvas.save()
    return target.getvalue()


def _ballot(canvas: Any, one: BallotPaper, top: float) -> None:
    y = _words(canvas, one.title, (LEFT, top - 16 * MM), 16, GREEN)
    y = _words(canvas, f"房屋：{one.place}    截止：{one.until}", (LEFT, y - 3 * MM), 10.5, INK)
    for choice in one.choices:
        y -= 9 * MM
        canvas.setStrokeColor(INK)
        canvas.rect(LEFT, y, 5 * MM, 5 * MM)
        _words(canvas, choice, (LEFT + 8 * MM, y + 1 * MM), 12, INK)
    y = _words(canvas, "业主签名：                         日期：", (LEFT, y - 14 * MM), 11, INK)
    _words(canvas, f"校验码  {one.code}", (LEFT, y - 4 * MM), 12, INK)
    _stub(canvas, one, top - HALF)


def _stub(canvas: Any, one: BallotPaper, bottom: float) -> None:
    y = bottom + 30 * MM
    canvas.setStrokeColor(LINE)
    canvas.setDash(3, 3)
    canvas.line(LEFT, y, RIGHT, y)
    canvas.setDash()
    y = _words(canvas, f"存根（请撕下保存）  校验码  {one.code}", (LEFT, y - 8 * MM), 12, INK)
    _words(canvas, one.foot, (LEFT, y - 2 * MM), 9, FAINT)


def _words(canvas: Any, text: str, at: tuple[float, float], size: float, colour: Any) -> float:
    """Write the text and say where the next would stand."""
    x, y = at
    canvas.setFillColor(colour)
    canvas.setFont(font(), size)
    for line in wrapped(text, RIGHT - x, size):
        canvas.drawString(x, y, line)
        y -= size * 1.4
    return y
