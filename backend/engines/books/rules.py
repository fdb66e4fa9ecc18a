"""What a day's postings amount to: pure functions over legs and figures. All money in fen."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

PAYEE = "payee"
FEES = "wechat-fees"
REFUNDING = "refunding"
"""Where money waits that is on its way back; a refund that fails comes back from there."""
METHODS = {
    "wechat": "微信支付",
    "cash": "现金",
    "transfer": "银行转账",
    "pos": "刷卡",
    "prepaid": "预存余额",
    "subsidy": "补贴",
    "payee": "内部划转",
    REFUNDING: "原路退回",
}
"""Where a payee's money comes from and goes to, by the kind of the other account."""


def kind_of(account: str) -> str:
    return account.partition(":")[0]


def label_of(kind: str) -> str:
    return METHODS.get(kind, kind)


@dataclass(frozen=True)
class Flow:
    """What one account of a posting gained (negative: gave) from or to another kind of account."""

    account: str
    other: str
    amount: int


def flows(legs: Sequence[tuple[str, int]]) -> list[Flow]:
    """Who gave whom in one posting: givers and takers are matched in the order of their codes.

    Every leg is used up exactly, because legs sum to zero.
    """
    givers = sorted((account, -amount) for account, amount in legs if amount < 0)
    takers = sorted((account, amount) for account, amount in legs if amount > 0)
    found: list[Flow] = []
    while givers and takers:
        (giver, has), (taker, wants) = givers[0], takers[0]
        amount = min(has, wants)
        found += [
            Flow(taker, kind_of(giver), amount),
            Flow(giver, kind_of(taker), -amount),
        ]
        givers[:1] = [(giver, has - amount)] if has > amount else []
        takers[:1] = [(taker, wants - amount)] if wants > amount else []
    return found


@dataclass
class Figures:
    """A payee's day. `net` is what it has more at its end than at its beginning."""

    income: Counter[str] = field(default_factory=Counter)
    refunds: Counter[str] = field(default_factory=Counter)
    fees: int = 0
    count: int = 0

    def add(self, flow: Flow) -> None:
        self.count += 1
        if flow.other == FEES:
            self.fees -= flow.amount
        elif flow.other == REFUNDING:
            self.refunds[REFUNDING] -= flow.amount
        elif flow.amount > 0:
            self.income[flow.other] += flow.amount
        else:
            self.refunds[flow.other] -= flow.amount

    @property
    def net(self) -> int:
        return self.income.total() - self.refunds.total() - self.fees


@dataclass
class Turnover:
    """What came to and left all accounts of one kind."""

    gained: int = 0
    given: int = 0


@dataclass
class DaySums:
    """A day's postings, per payee's account and per kind of account."""

    payees: defaultdict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    kinds: defaultdict[str, Turnover] = field(default_factory=lambda: defaultdict(Turnover))

    def add(self, legs: Sequence[tuple[str, int]]) -> None:
        """One posting more."""
        for account, amount in legs:
            turnover = self.kinds[kind_of(account)]
            turnover.gained += max(amount, 0)
            turnover.given += max(-amount, 0)
        for flow in flows(legs):
            if kind_of(flow.account) == PAYEE:
                self.payees[flow.account].add(flow)


def sums(postings: Iterable[Sequence[tuple[str, int]]]) -> DaySums:
    """Everything that these postings amount to."""
    found = DaySums()
    for legs in postings:
        found.add(legs)
    return found


def digest(figures: Mapping[str, Any]) -> str:
    """What a closed day must still amount to when it is computed again."""
    text = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
