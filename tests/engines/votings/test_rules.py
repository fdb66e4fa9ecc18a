"""The law's arithmetic against a model that is written as the law is read, not as our code is."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend.engines.electorates import rules as rolls
from backend.engines.votings import rules
from backend.engines.votings.rules import ABSTAIN, AGAINST, Kind, Slip, Tally

LAW = [kind for kind in Kind if kind.item]
CHOICES = ["agree", AGAINST, ABSTAIN]


# -- the model: people and flats, shares as fractions --------------------------------------------
class Model:
    """`flats`: flat → (area, owner). Says what the law says, sentence by sentence."""

    def __init__(self, flats: dict[int, tuple[int, str]], votes: dict[int, str]) -> None:
        self.flats, self.votes = flats, votes

    def people(self, flats: Iterable[int]) -> set[str]:
        return {self.flats[one][1] for one in flats}

    def area(self, flats: Iterable[int]) -> int:
        return sum(self.flats[one][0] for one in flats)

    def share(self, part: Iterable[int], whole: Iterable[int]) -> tuple[Fraction, Fraction]:
        """By area and by people, of flats among flats."""
        part, whole = list(part), list(whole)
        return (
            Fraction(self.area(part), self.area(whole)),
            Fraction(len(self.people(part)), len(self.people(whole))),
        )

    def has_quorum(self) -> bool:
        return all(one >= Fraction(2, 3) for one in self.share(self.votes, self.flats))

    def agree(self) -> tuple[Fraction, Fraction]:
        yes = [one for one, said in self.votes.items() if said == "agree"]
        area, _ = self.share(yes, self.votes)
        other = self.people(one for one in self.votes if one not in yes)
        wholehearted = self.people(yes) - other
        return area, Fraction(len(wholehearted), len(self.people(self.votes)))

    def passes(self, kind: Kind) -> bool:
        if not self.votes or not self.has_quorum():
            return False
        if kind in (Kind.RAISE_FUNDS, Kind.REBUILD, Kind.COMMON_USE):
            return all(one >= Fraction(3, 4) for one in self.agree())
        return all(one > Fraction(1, 2) for one in self.agree())


def counted(kind: Kind, flats: dict[int, tuple[int, str]], votes: dict[int, str]) -> rules.Outcome:
    owners = {one: frozenset({hash(who)}) for one, (_, who) in flats.items()}
    heads = rolls.headed(flats, owners, frozenset())
    whole = Tally(len(flats), len(set(heads.values())), sum(area for area, _ in flats.values()))
    slips = [
        Slip(str(one), said, flats[one][0], rules.pseudonym("key", heads[one]))
        for one, said in votes.items()
    ]
    return rules.count(kind, ["agree"], whole, slips)


flats_of = st.lists(
    st.tuples(st.integers(1, 40_000), st.sampled_from("abcdefgh")), min_size=1, max_size=30
).map(lambda found: dict(enumerate(found)))


@given(flats_of, st.sampled_from(LAW), st.data())
def test_the_count_is_what_the_law_says(
    flats: dict[int, tuple[int, str]], kind: Kind, data: Any
) -> None:
    votes = data.draw(st.dictionaries(st.sampled_from(sorted(flats)), st.sampled_from(CHOICES)))
    found, model = counted(kind, flats, votes), Model(flats, votes)
    assert (found.passed == "agree") is model.passes(kind)
    assert found.has_quorum is bool(votes and model.has_quorum())
    assert found.took_part.area == sum(one.area for one in found.choices.values())
    assert found.took_part.heads == sum(one.heads for one in found.choices.values()) + found.split


# -- the very boundaries -------------------------------------------------------------------------
def even(total: int, took_part: int, agree: int) -> tuple[dict[int, tuple[int, str]], Any]:
    """Flats of one size with an owner each: so many in all, voting, agreeing."""
    flats = {one: (8950, f"owner {one}") for one in range(total)}
    return flats, {one: "agree" if one < agree else AGAINST for one in range(took_part)}


@pytest.mark.parametrize(
    ("total", "took_part", "agree", "ordinary", "weighty"),
    [
        (12, 8, 8, True, True),  # two thirds exactly: 以上 includes the number
        (12, 7, 7, False, False),
        (12, 8, 4, False, False),  # half exactly is not more than half
        (12, 8, 5, True, False),
        (12, 8, 6, True, True),  # three quarters exactly
        (300, 200, 149, True, False),
        (300, 200, 150, True, True),
        (300, 200, 100, False, False),
        (300, 199, 199, False, False),
        (1, 1, 1, True, True),
        (1, 0, 0, False, False),
    ],
)
def test_at_the_boundary(
    total: int, took_part: int, agree: int, ordinary: bool, weighty: bool
) -> None:  # fmt: skip
    for kind in LAW:
        found = counted(kind, *even(total, took_part, agree))
        wanted = weighty if kind.item in (6, 7, 8) else ordinary
        assert (found.passed is not None) is wanted, kind


@given(st.sampled_from([(2, 3), (1, 2), (3, 4)]), st.integers(1, 10**9), st.integers(-1, 1))
def test_a_threshold_is_exact_to_the_last_unit(
    share: tuple[int, int], scale: int, off: int
) -> None:
    """At one unit of 0.01 m² more or less, however large the whole: no float could."""
    part, whole = share[0] * scale + off, share[1] * scale
    is_at_least = rules.Threshold(Fraction(*share), is_strict=False).is_met(part, whole)
    is_more = rules.Threshold(Fraction(*share), is_strict=True).is_met(part, whole)
    assert (is_at_least, is_more) == (off >= 0, off > 0)


@pytest.mark.parametrize("by", ["area", "heads"])
def test_both_ways_of_counting_must_agree(by: str) -> None:
    """Many small owners against a few large ones: either alone is not enough."""
    large = {0: (60_000, "big"), **{n: (1_000, f"small {n}") for n in range(1, 41)}}
    big_agrees = {one: "agree" if one == 0 else AGAINST for one in large}
    small_agree = {one: AGAINST if one == 0 else "agree" for one in large}
    votes = big_agrees if by == "area" else small_agree
    assert counted(Kind.USE_FUNDS, large, votes).passed is None


def test_who_has_several_flats_is_one_person() -> None:
    flats = {0: (5_000, "a"), 1: (5_000, "a"), 2: (5_000, "a"), 3: (9_000, "b"), 4: (9_000, "c")}
    found = counted(Kind.OTHER, flats, {0: "agree", 1: "agree", 2: "agree", 3: AGAINST, 4: AGAINST})
    assert (found.whole.heads, found.choices["agree"].heads) == (3, 1)
    assert found.passed is None
    split = counted(Kind.OTHER, flats, {0: "agree", 1: AGAINST, 2: ABSTAIN, 3: "agree", 4: "agree"})
    assert (split.split, split.took_part.heads) == (1, 3)
    assert (split.choices["agree"].heads, split.choices["agree"].area) == (2, 23_000)


def test_heads() -> None:
    """One buyer's flats are one; a couple is another buyer than one of the two; what the developer
    holds is one; what nobody registered is one each."""
    owners = {1: frozenset({7}), 2: frozenset({7}), 3: frozenset({7, 8}), 4: frozenset({8, 7})}
    heads = rolls.headed([1, 2, 3, 4, 5, 6, 7, 8], owners, frozenset({7, 8}))
    assert heads == {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 5, 8: 5}


def test_which_items_are_weighty() -> None:
    assert {kind.item for kind in LAW} == set(range(1, 10))
    weighty = {kind for kind in LAW if rules.majority_of(kind) == rules.WEIGHTY}
    assert weighty == {Kind.RAISE_FUNDS, Kind.REBUILD, Kind.COMMON_USE}
    assert rules.majority_of(Kind.POLL) is None


def test_a_poll_goes_to_the_most_votes_and_a_tie_to_nobody() -> None:
    whole = Tally(9, 9, 0)

    def poll(*choices: str) -> str | None:
        slips = [Slip(str(n), one, 0, str(n)) for n, one in enumerate(choices)]
        return rules.count(Kind.POLL, ["a", "b"], whole, slips).passed

    assert (poll("a", "a", "b"), poll("a", "b"), poll()) == ("a", None, None)


@given(flats_of, st.data())
def test_of_several_plans_at_most_one_passes(flats: dict[int, tuple[int, str]], data: Any) -> None:
    plans = ["a", "b", "c"]
    slips = [
        Slip(str(one), data.draw(st.sampled_from([*plans, AGAINST])), area, who)
        for one, (area, who) in flats.items()
    ]
    people = {who for _, who in flats.values()}
    whole = Tally(len(flats), len(people), sum(area for area, _ in flats.values()))
    for kind in LAW:
        passed = {
            rules.count(kind, order, whole, slips).passed
            for order in (plans, plans[::-1], ["b", "a", "c"])
        }
        assert len(passed) == 1, "which one is asked first makes no difference"


# -- by chance -----------------------------------------------------------------------------------
class Voting(RuleBasedStateMachine):
    """People vote, nobody twice: at every step the count is the model's, and the list proves it."""

    @initialize(flats=flats_of, kind=st.sampled_from(LAW))
    def begin(self, flats: dict[int, tuple[int, str]], kind: Kind) -> None:
        self.flats, self.kind = flats, kind
        self.votes: dict[int, str] = {}

    @rule(flat=st.integers(0, 29), said=st.sampled_from(CHOICES))
    def votes_come_in(self, flat: int, said: str) -> None:
        if flat in self.flats:
            self.votes.setdefault(flat, said)

    @invariant()
    def the_count_is_right(self) -> None:
        found = counted(self.kind, self.flats, self.votes)
        model = Model(self.flats, self.votes)
        assert (found.passed == "agree") is model.passes(self.kind)
        assert found.took_part.dwellings == len(self.votes)
        assert 0 <= found.took_part.heads <= found.whole.heads
        assert 0 <= found.took_part.area <= found.whole.area


TestVoting = Voting.TestCase


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(CHOICES)), min_size=1), st.data())
def test_the_root_changes_with_every_slip(found: list[tuple[int, str]], data: Any) -> None:
    slips = [Slip(f"{n:064x}", said, area, str(n)) for n, (area, said) in enumerate(found)]
    assert rules.root(slips) == rules.root(slips[::-1])
    n = data.draw(st.integers(0, len(slips) - 1))
    one = slips[n]
    forged = Slip(one.hash, one.choice, one.area + 1, one.head)
    assert rules.root([*slips[:n], forged, *slips[n + 1 :]]) != rules.root(slips)
    assert rules.root([*slips[:n], *slips[n + 1 :]]) != rules.root(slips)
