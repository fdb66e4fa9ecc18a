"""The law's arithmetic, and the hashes by which anybody can follow it. Pure, and exact: areas are
whole 0.01 m², shares are fractions.

民法典 §278 paragraph 1 lists what owners decide together (`Kind.item`). Paragraph 2: owners with at
least two thirds of the floor space and two thirds by number must take part; items 6 (raising
maintenance funds), 7 (altering or rebuilding) and 8 (changing the use of common parts, or doing
business with them) need at least three quarters of the space and of the number of those who take
part; every other item more than half of both. Using the funds (item 5) is an ordinary matter. By
§1259 "at least" (以上) includes the number itself and "more than half" (过半数) does not.

Abstaining is taking part. A head (see electorates.rules) whose dwellings voted differently takes
part, and counts for no choice: one owner has one will. Its areas count for what each dwelling said.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Self

from backend.core.labels import Labelled


@dataclass(frozen=True)
class Threshold:
    """`is_strict`: the share itself is not enough."""

    share: Fraction
    is_strict: bool

    def is_met(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` reaches the share; nothing reaches a share of nothing."""
        if whole <= 0:
            return False
        have, need = part * self.share.denominator, whole * self.share.numerator
        return have > need or (have == need and not self.is_strict)


QUORUM = Threshold(Fraction(2, 3), is_strict=False)
ORDINARY = Threshold(Fraction(1, 2), is_strict=True)
WEIGHTY = Threshold(Fraction(3, 4), is_strict=False)


class Kind(Labelled):
    """What is decided. `item` is the number in 民法典 §278 paragraph 1; 0: not a vote by law."""

    item: int

    def __new__(cls, value: str, label: str = "", item: int = 0) -> Self:
        made = str.__new__(cls, value)
        made._value_, made.label, made.item = value, label, item
        return made

    PROCEDURE = "procedure", "制定和修改业主大会议事规则", 1
    COVENANT = "covenant", "制定和修改管理规约", 2
    COMMITTEE = "committee", "选举业主委员会或者更换业主委员会成员", 3
    MANAGER = "manager", "选聘和解聘物业服务企业或者其他管理人", 4
    USE_FUNDS = "use_funds", "使用建筑物及其附属设施的维修资金", 5
    RAISE_FUNDS = "raise_funds", "筹集建筑物及其附属设施的维修资金", 6
    REBUILD = "rebuild", "改建、重建建筑物及其附属设施", 7
    COMMON_USE = "common_use", "改变共有部分的用途或者利用共有部分从事经营活动", 8
    OTHER = "other", "有关共有和共同管理权利的其他重大事项", 9
    POLL = "poll", "征求意见投票（每户一票，不是业主大会表决）", 0


WEIGHTY_ITEMS = frozenset({6, 7, 8})


def majority_of(kind: Kind) -> Threshold | None:
    """What share of the participants a choice needs; None for a poll, where the most votes win."""
    if not kind.item:
        return None
    return WEIGHTY if kind.item in WEIGHTY_ITEMS else ORDINARY


AGAINST, ABSTAIN = "against", "abstain"
FIXED = {AGAINST: "反对", ABSTAIN: "弃权"}
"""Beside the choices of the matter, these are open in every vote by law."""


@dataclass(frozen=True)
class Slip:
    """A ballot as it is counted and published: `head` names the owner without saying who."""

    hash: str
    choice: str
    area: int
    head: str


@dataclass(frozen=True)
class Tally:
    """So many dwellings, heads, and 0.01 m²."""

    dwellings: int = 0
    heads: int = 0
    area: int = 0


@dataclass(frozen=True)
class Outcome:
    """`passed` is the choice that won, None where none did; `split` are heads of two minds."""

    whole: Tally
    took_part: Tally
    choices: Mapping[str, Tally]
    split: int
    has_quorum: bool
    passed: str | None


def count(kind: Kind, choices: Sequence[str], whole: Tally, slips: Sequence[Slip]) -> Outcome:
    """Count the slips among the whole roll; `choices` without against and abstain."""
    minds: defaultdict[str, set[str]] = defaultdict(set)
    areas, homes = defaultdict[str, int](int), defaultdict[str, int](int)
    for one in slips:
        minds[one.head].add(one.choice)
        areas[one.choice] += one.area
        homes[one.choice] += 1
    heads = defaultdict[str, int](int)
    for said in minds.values():
        if len(said) == 1:
            heads[next(iter(said))] += 1
    every = [*choices, *(FIXED if kind.item else ())]
    found = {one: Tally(homes[one], heads[one], areas[one]) for one in every}
    took_part = Tally(len(slips), len(minds), sum(areas.values()))
    has_quorum = not kind.item or _both(QUORUM, took_part, whole)
    passed = _winner(kind, choices, found, took_part) if has_quorum else None
    split = len(minds) - sum(heads.values())
    return Outcome(whole, took_part, found, split, has_quorum, passed)


def _both(threshold: Threshold, part: Tally, whole: Tally) -> bool:
    return threshold.is_met(part.area, whole.area) and threshold.is_met(part.heads, whole.heads)


def _winner(
    kind: Kind, choices: Sequence[str], found: Mapping[str, Tally], took_part: Tally
) -> str | None:
    majority = majority_of(kind)
    if majority is not None:
        return next((one for one in choices if _both(majority, found[one], took_part)), None)
    most = max((found[one].dwellings for one in choices), default=0)
    leading = [one for one in choices if found[one].dwellings == most]
    return leading[0] if most and len(leading) == 1 else None


# -- what can be checked from outside ------------------------------------------------------------
def slip_hash(voting_id: int, text_hash: str, choice: str, code: str) -> str:
    """What is published of a ballot at once: only who knows its code can find it."""
    said = f"linli-ballot|{voting_id}|{text_hash}|{choice}|{code}"
    return sha256(said.encode()).hexdigest()


def line(one: Slip) -> str:
    """A slip as a line of the published list."""
    return f"{one.hash} {one.choice} {one.area} {one.head}"


def root(slips: Iterable[Slip]) -> str:
    """The hash of the whole list, its lines sorted."""
    return sha256("\n".join(sorted(map(line, slips))).encode()).hexdigest()


def pseudonym(key: str, head: int) -> str:
    """What a head is called on slips while the key of the vote exists; nobody can tell later."""
    return sha256(f"{key}|{head}".encode()).hexdigest()[:16]
