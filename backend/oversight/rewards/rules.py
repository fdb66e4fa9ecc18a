"""What can earn points, and how many where nobody has said otherwise. Pure.

A vote is not among it: taking part is a right, and points for it would buy votes. Nor is anything
that staff do by their posts: 2023's rules against formalism at the grass roots forbid it.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Terms:
    """Points for one, and how many of this kind a person gets a day and a month at most."""

    amount: int
    daily: int
    monthly: int
    is_on: bool = True


@dataclass(frozen=True)
class Kind:
    """`title` is what the award is called, `per` what `amount` is for."""

    code: str
    title: str
    per: str
    usual: Terms


KINDS = {
    one.code: one
    for one in (
        Kind("order_rated", "评价办结的诉求", "次", Terms(2, 4, 20)),
        Kind("survey_answered", "参与问卷", "份", Terms(3, 6, 30)),
        Kind("hours_confirmed", "志愿服务", "小时", Terms(10, 80, 400)),
        Kind("turn_held", "小修小补日为邻居服务", "人次", Terms(2, 40, 120)),
        Kind("wish_fulfilled", "帮邻居实现微心愿", "份", Terms(20, 40, 200)),
    )
}


def points_for(terms: Terms, count: Fraction) -> int:
    """Whole points for so many of a kind, rounded down; nothing where it is switched off."""
    return int(terms.amount * count) if terms.is_on else 0
