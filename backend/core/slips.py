"""Paper for money: a slip with its number, facts, lines of amounts and their total, as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.loader import when_used

MONEY = ("项目", "金额（元）")


@dataclass(frozen=True)
class Slip:
    """What stands on it: `facts` [(label, text)], `lines` [(what, amount)], `total` and the same
    in words, and a foot. `columns` head the lines: amounts of money unless it says otherwise."""

    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    lines: Sequence[tuple[str, str]]
    total: str
    words: str
    foot: str
    columns: tuple[str, str] = MONEY


def slip(wanted: Slip) -> bytes:
    """The slip as PDF, on as many pages of A4 as its lines need."""
    paper: bytes = when_used("backend.core.slip_drawing").slip(wanted)
    return paper
