"""Names of things in the books, and limits. Pure."""

import re

PURPOSE = "fees"
LEAST_TOP_UP, MOST_TOP_UP = 100, 2_000_000
"""Fen."""
MOST_BILLS = 60
_BILL = re.compile(r"bill:(\d+)")
_TOP_UP = re.compile(r"prepay:(\d+):(\d+)")
_PARTS = re.compile(r"[0-9]+|[A-Za-z]+")


def of_bill(bill_id: int) -> str:
    return f"bill:{bill_id}"


def of_top_up(dwelling_id: int, tenure: int) -> str:
    return f"prepay:{dwelling_id}:{tenure}"


def bill_in(subject: str) -> int | None:
    """The bill that a line of a payment is for, if it is for one."""
    found = _BILL.fullmatch(subject)
    return int(found.group(1)) if found else None


def top_up_in(subject: str) -> tuple[int, int] | None:
    """The dwelling and tenure whose balance a line of a payment is for."""
    found = _TOP_UP.fullmatch(subject)
    return (int(found.group(1)), int(found.group(2))) if found else None


def door(text: str) -> list[str]:
    """What a cashier types to find a door, in parts: `3-2-1101`, `3号楼2单元1101`, `1101`."""
    return _PARTS.findall(text)[-3:]


def receipt(payment_id: int, prefix: str) -> str:
    """A receipt's number where the cashier has no paper of their own."""
    return f"{prefix}-{payment_id:07d}"
