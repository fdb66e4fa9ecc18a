"""What a posting must be: legs that sum to zero, on accounts with well-formed codes."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from backend.core.errors import Conflict

FLOORED = frozenset({"prepaid", "points"})
"""Kinds of accounts that cannot be overdrawn. Only they keep a running balance in a row: all
others are sums of their entries, so that busy ones (a merchant's) are no queue."""
MOST = 10**15
"""An amount beyond this is a mistake, and sums of a thousand of them still fit a column."""
STEP = 200
"""So many entries of an account, at least, lie between two of its checkpoints."""
AT_ONCE = 1000
"""Entries that one round looks at: a statement adds up no more than these and a step."""
AGE = timedelta(minutes=1)
"""Younger entries are left alone: others with lower ids may be on their way still."""
_CODE = re.compile(r"[a-z][a-z-]*:[0-9A-Za-z_/-]{1,60}")


class NotEnough(Conflict):
    """An account with a floor holds less than is to be taken from it."""

    code, title = "not_enough", "余额不足"


class AlreadyReversed(Conflict):
    code, title = "already_reversed", "这笔账已经冲正过"


@dataclass(frozen=True)
class Leg:
    """One side of a posting: the account, and what it gains (negative: gives)."""

    account: str
    amount: int


def kind_of(account: str) -> str:
    return account.partition(":")[0]


def has_floor(account: str) -> bool:
    return kind_of(account) in FLOORED


def check(legs: Sequence[Leg]) -> None:
    """Raise ValueError for legs that no posting can have: rooms check what people type."""
    if len(legs) < 2 or sum(one.amount for one in legs) != 0:
        raise ValueError(f"legs must be two or more and sum to zero: {legs}")
    for one in legs:
        if type(one.amount) is not int or not 0 < abs(one.amount) <= MOST:
            raise ValueError(f"an amount is a whole number other than zero: {one}")
        if not _CODE.fullmatch(one.account):
            raise ValueError(f"not an account: {one.account!r}")


def digest(legs: Sequence[Leg], unit: str) -> str:
    """The same for the same legs in any order: tells a repetition from a key used twice."""
    said = sorted((one.account, one.amount) for one in legs)
    return sha256(json.dumps([unit, said]).encode()).hexdigest()


def net(legs: Sequence[Leg]) -> dict[str, int]:
    """What each account with a floor gains in all, in the order in which all of us lock them."""
    sums: Counter[str] = Counter()
    for one in legs:
        if has_floor(one.account):
            sums[one.account] += one.amount
    return {account: sums[account] for account in sorted(sums) if sums[account]}
