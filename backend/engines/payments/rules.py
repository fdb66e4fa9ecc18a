"""Pure rules of payments: limits, numbers, what a line must be."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.core import clock
from backend.core.errors import Conflict, Invalid

MOST = 10_000_000
"""Fen: a hundred thousand yuan in one payment."""
MOST_LINES = 100
MINUTES = 30
LONGEST = 24 * 60
"""Minutes that a payment can stay open."""
SURPLUS = "surplus"
"""The purpose of money that came in twice: taken in only to go back."""
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class AlreadyPaid(Conflict):
    code, title = "already_paid", "已经支付过了"


class ReceiptTaken(Conflict):
    code, title = "receipt_taken", "这个收据号已经用过"


@dataclass(frozen=True)
class Line:
    """A part of a payment: what for (`bill:123`), its title, fen, and the account it goes to."""

    subject: str
    title: str
    amount: int
    credit: str


def check(lines: Sequence[Line], minutes: int = MINUTES) -> None:
    """Raise Invalid for lines that make no payment."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid(fields={"lines": f"一次支付 1 到 {MOST_LINES} 项"})
    if len({one.subject for one in lines}) != len(lines):
        raise Invalid(fields={"lines": "同一项不能出现两次"})
    if any(type(one.amount) is not int or one.amount <= 0 for one in lines):
        raise Invalid(fields={"amount": "金额应大于零"})
    if sum(one.amount for one in lines) > MOST:
        raise Invalid(fields={"amount": f"一次最多支付 {yuan(MOST)} 元"})
    if not 1 <= minutes <= LONGEST:
        raise ValueError(f"a payment stays open 1 to {LONGEST} minutes, not {minutes}")


def yuan(fen: int) -> str:
    """`1234567` → `12345.67`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def new_number(prefix: str, at: datetime) -> str:
    """A number of 28 characters that WeChat accepts and nobody guesses: `LP20261124…`."""
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{prefix}{clock.local(at):%Y%m%d%H%M%S}{tail}"
