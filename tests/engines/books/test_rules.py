"""What a day amounts to: nothing is lost between postings and figures."""

from hypothesis import given
from hypothesis import strategies as st

from backend.engines.books.rules import flows, kind_of, sums

ACCOUNTS = st.sampled_from(
    ["wechat:1", "cash:2", "payee:1", "payee:2", "prepaid:dwelling/7", "subsidy:x", "refunding:3"]
)


@st.composite
def postings(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Legs that sum to zero."""
    legs = draw(st.lists(st.tuples(ACCOUNTS, st.integers(-(10**9), 10**9)), min_size=1, max_size=5))
    rest = -sum(amount for _, amount in legs)
    return [one for one in [*legs, ("wechat-fees:1", rest)] if one[1]]


@given(postings())
def test_flows_use_up_every_leg(legs: list[tuple[str, int]]) -> None:
    found = flows(legs)
    assert sum(one.amount for one in found) == 0
    for account in {account for account, _ in legs}:
        gained = sum(one.amount for one in found if one.account == account)
        assert gained == sum(amount for name, amount in legs if name == account)


@given(st.lists(postings(), max_size=8))
def test_figures_say_what_the_account_gained(all_: list[list[tuple[str, int]]]) -> None:
    found = sums(all_)
    for account in ("payee:1", "payee:2"):
        gained = sum(amount for legs in all_ for name, amount in legs if name == account)
        assert found.payees[account].net == gained
    assert sum(one.gained - one.given for one in found.kinds.values()) == 0
    for kind, turnover in found.kinds.items():
        amounts = [amount for legs in all_ for name, amount in legs if kind_of(name) == kind]
        assert turnover.gained == sum(amount for amount in amounts if amount > 0)


def test_a_meal_paid_by_the_eater_and_by_a_subsidy() -> None:
    legs = [("wechat:1", -300), ("subsidy:elderly", -200), ("payee:1", 500)]
    assert sums([legs]).payees["payee:1"].income == {"wechat": 300, "subsidy": 200}
