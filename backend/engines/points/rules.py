"""Accounts of points, their lots, and when a lot ends. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backend.core import clock
from backend.core.errors import Conflict, Invalid
from backend.core.labels import Labelled

UNIT = "points"
MOST = 100_000
"""Of one entry: more than anybody earns in a life is a mistake."""
SOON_DAYS = 30
"""What ends within so many days is said to end soon."""


class NotEnoughPoints(Conflict):
    code, title = "not_enough_points", "积分不够"


class TransferLimit(Conflict):
    code, title = "transfer_limit", "超过每天可转的积分"


class Direction(Labelled):
    """Points move between members of a family, and into and out of what they share."""

    GIVE = "give", "转给家人"
    DEPOSIT = "deposit", "存入家庭账户"
    WITHDRAW = "withdraw", "从家庭账户取出"


@dataclass(frozen=True)
class Terms:
    """A community's policy. `valid_months`: a lot ends with the month so many after its own.

    The others are points: how many a person earns a day, a person earns by one partner a month,
    a person passes on a day.
    """

    valid_months: int = 24
    earn_daily: int = 200
    partner_monthly: int = 200
    transfer_daily: int = 500


@dataclass(frozen=True)
class Part:
    """Some points of one lot: whose they are when they end, and when that is."""

    community_id: int
    expires_at: datetime
    amount: int


# -- accounts --------------------------------------------------------------------------------------


def person(user_id: int) -> str:
    return f"points:user/{user_id}"


def household(dwelling_id: int, tenure: int) -> str:
    """What a household shares; with a new owner begins another."""
    return f"points:family/{dwelling_id}/{tenure}"


def pool(community_id: int) -> str:
    """What came back to a community: spent with it, ended, left behind."""
    return f"points:pool/{community_id}"


def shop(shop_id: int) -> str:
    return f"points:shop/{shop_id}"


def reserved(user_id: int) -> str:
    return f"points:reserved/{user_id}"


def issued(community_id: int) -> str:
    """Where points come from. It has no floor: below zero by as many as were ever issued."""
    return f"points-issued:{community_id}"


def owed(user_id: int) -> str:
    """Points that were taken back when they were spent already, below zero: the next ones pay."""
    return f"points-owed:user/{user_id}"


def owner_of(account: str) -> tuple[str, list[int]]:
    """`("user", [7])` or `("family", [12, 0])`: the other way round."""
    kind, *ids = account.partition(":")[2].split("/")
    return kind, [int(one) for one in ids]


# -- amounts and lots ------------------------------------------------------------------------------


def check_amount(amount: int) -> None:
    """Raise Invalid for an amount that no entry can have."""
    if type(amount) is not int or not 0 < amount <= MOST:
        raise Invalid(fields={"amount": f"积分应为 1 到 {MOST} 之间的整数"})


def first_out(lots: Iterable[Part], amount: int) -> list[Part]:
    """Parts of the lots, in their order, that make up the amount. Raises NotEnoughPoints."""
    taken: list[Part] = []
    left = amount
    for one in lots:
        if left == 0:
            break
        size = min(left, one.amount)
        taken.append(Part(one.community_id, one.expires_at, size))
        left -= size
    if left:
        raise NotEnoughPoints
    return taken


def by_community(parts: Sequence[Part]) -> dict[int, int]:
    """How many points go back to which community."""
    sums: dict[int, int] = {}
    for one in parts:
        sums[one.community_id] = sums.get(one.community_id, 0) + one.amount
    return sums


def end_of(moment: datetime, months: int) -> datetime:
    """When what is earned now ends: with the month so many months after, in Shanghai."""
    there = clock.local(moment)
    count = there.year * 12 + there.month + months
    return clock.bounds(date(count // 12, count % 12 + 1, 1))[0]
