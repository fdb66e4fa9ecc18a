"""Sharing a reduction among lines, what a refund of a part is, codes, deadlines. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backend.core import clock
from backend.core.labels import Labelled

PREFIX = "LLQH"
"""What stands before the code in its QR, so that a scan knows what it sees."""
TO_PAY = timedelta(minutes=15)
FINISHED_AFTER = timedelta(days=7)
"""Whatever is ready or on its way for so long and not spoken of has arrived."""
REFUNDABLE = timedelta(days=30)
"""After it was done the shop can pay lines back for so long."""


class Kind(StrEnum):
    SHELF = "shelf"
    MEAL = "meal"


class Delivery(Labelled):
    PICKUP = "pickup", "到店自取"
    DELIVERY = "delivery", "送货上门"


@dataclass(frozen=True)
class NewLine:
    """What is bought: `price` fen for one. Without a good it is a service, as delivery is."""

    good_id: int | None
    name: str
    choice: str
    price: int
    quantity: int

    @property
    def amount(self) -> int:
        return self.price * self.quantity


@dataclass(frozen=True)
class Reduction:
    """What somebody else pays, or the shop does without (`account` empty): fen."""

    title: str
    amount: int
    account: str = ""
    voucher_id: int | None = None


def shared(amounts: Sequence[int], reduction: int) -> list[int]:
    """The reduction's share of each line: proportional, whole fen, summing exactly, none larger
    than its line."""
    total = sum(amounts)
    if not 0 <= reduction <= total:
        raise ValueError(f"{reduction} cannot be taken off {total}")
    if total == 0:
        return [0 for _ in amounts]
    parts = [amount * reduction // total for amount in amounts]
    rest = reduction - sum(parts)
    # What is left over goes to the lines that lost most by rounding.
    order = sorted(
        range(len(amounts)), key=lambda n: (-(amounts[n] * reduction % total), -amounts[n], n)
    )
    for number in order:
        step = min(1, rest, amounts[number] - parts[number])
        parts[number] += step
        rest -= step
    return parts


def part_of(amount: int, before: int, now: int, quantity: int) -> int:
    """Fen of a line's `amount` that go back when `now` more of `quantity` pieces do, after
    `before`: the last piece brings all that is left, so that parts sum to the whole."""
    return amount * (before + now) // quantity - amount * before // quantity


def number(purchase_id: int, created_at: datetime) -> str:
    """`G261124000017`: how people call a purchase."""
    return f"G{clock.local(created_at):%y%m%d}{purchase_id:06d}"
