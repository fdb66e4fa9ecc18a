"""What it means that WeChat's books and ours agree: pure functions over lines and payments."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.labels import Labelled


class Subject(Labelled):
    """What a difference is about; `FUNDS` is the money of a payment or refund on the account."""

    PAYMENT = "payment", "收款"
    REFUND = "refund", "退款"
    FUNDS = "funds", "入账"


class Kind(Labelled):
    THEIRS_ONLY = "theirs_only", "微信有、我们没有"
    OURS_ONLY = "ours_only", "我们有、微信没有"
    AMOUNT = "amount", "金额不一致"
    STATUS = "status", "状态不一致"
    TWICE = "twice", "重复出现"
    FEE = "fee", "手续费不一致"


@dataclass(frozen=True)
class Theirs:
    """A line of the trade bill under one number. `amount` in fen; `bill` is the bill's id."""

    amount: int
    status: str
    wechat_no: str
    bill: int


@dataclass(frozen=True)
class Ours:
    """Our payment or refund of that number. `is_done`: the money has moved as we see it.

    `is_ended`: it will not move any more (closed, failed). `wechat_no` is None while unknown.
    """

    amount: int
    is_done: bool
    is_ended: bool
    wechat_no: str | None


def judge(subject: Subject, theirs: Sequence[Theirs], ours: Ours | None) -> Kind | None:
    """What disagrees about one number over all bills so far; None when nothing does."""
    if not theirs:
        return Kind.OURS_ONLY if ours is not None and ours.is_done else None
    if ours is None:
        return Kind.THEIRS_ONLY
    if _is_twice(subject, theirs):
        return Kind.TWICE
    last = theirs[-1]
    if last.amount != ours.amount:
        return Kind.AMOUNT
    return None if _same_state(last, ours) else Kind.STATUS


def _is_twice(subject: Subject, theirs: Sequence[Theirs]) -> bool:
    """A refund may stand in the bill of the day it was asked for and of the day it arrived."""
    if subject is Subject.PAYMENT:
        return len(theirs) > 1
    return len({one.wechat_no for one in theirs}) > 1 or len({one.bill for one in theirs}) < len(
        theirs
    )


def _same_state(theirs: Theirs, ours: Ours) -> bool:
    if ours.wechat_no is not None and ours.wechat_no != theirs.wechat_no:
        return False
    if theirs.status == "SUCCESS":
        return ours.is_done
    if theirs.status == "PROCESSING":
        return not ours.is_ended
    return not ours.is_done


@dataclass(frozen=True)
class Traded:
    """A line of the trade bill, as its money must show on the account. Fen."""

    settled: int
    fee: int
    is_refund: bool


@dataclass(frozen=True)
class Moved:
    """What the fund-flow bill says of one number: in, out, fees taken. Fen."""

    income: int
    outgo: int
    fee: int


def judge_funds(traded: Traded | None, moved: Moved | None) -> Kind | None:
    """Whether the money of a line of the trade bill came or went as it should.

    What goes out at a refund may be less by the fee that WeChat gives back with it.
    """
    if traded is None:
        return Kind.THEIRS_ONLY if moved else None
    if moved is None:
        return None if traded.settled == 0 else Kind.OURS_ONLY
    if not traded.is_refund:
        if (moved.income, moved.outgo) != (traded.settled, 0):
            return Kind.TWICE if moved.income == 2 * traded.settled else Kind.AMOUNT
        return None if moved.fee == traded.fee else Kind.FEE
    returned = traded.settled - moved.outgo - moved.fee
    if moved.income or moved.outgo > traded.settled or moved.outgo < traded.settled + traded.fee:
        return Kind.TWICE if moved.outgo == 2 * traded.settled else Kind.AMOUNT
    return None if returned == -traded.fee else Kind.FEE
