"""Pure rules of refunds: limits, pauses, and what can be refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from backend.core.errors import Conflict, Invalid

MOST_PARTS = 50
"""WeChat takes at most so many refunds of one payment."""
APART = timedelta(seconds=61)
"""WeChat takes one refund of a payment a minute."""
_PAUSES = (15, 30, 60, 120, 240, 600, 1800, 3600)
"""Seconds until WeChat is asked again; a refund to a bank card may take three days."""


class RefundTooLarge(Conflict):
    code, title = "refund_too_large", "退款超过了已支付的金额"


class TooManyRefunds(Conflict):
    code, title = "too_many_refunds", f"一笔支付最多退款 {MOST_PARTS} 次"


class Disagrees(Exception):
    """WeChat's word does not fit our books; the argument says in what: amount, merchant, state."""


@dataclass(frozen=True)
class RefundLine:
    """How much of which line of the payment, in fen."""

    subject: str
    amount: int


def check(lines: Sequence[RefundLine]) -> None:
    """Raise Invalid for lines that make no refund."""
    if not lines or len({one.subject for one in lines}) != len(lines):
        raise Invalid(fields={"lines": "至少一项，同一项不能出现两次"})
    if any(type(one.amount) is not int or one.amount <= 0 for one in lines):
        raise Invalid(fields={"amount": "金额应大于零"})


def pause(tries: int) -> timedelta:
    """How long to wait after so many questions."""
    return timedelta(seconds=_PAUSES[min(tries, len(_PAUSES) - 1)])
