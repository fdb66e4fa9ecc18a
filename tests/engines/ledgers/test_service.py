"""The books: what is posted is posted once, sums to zero, and overdraws nothing."""

import asyncio
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.core import database
from backend.core.errors import KeyReused, NotFound
from backend.engines.ledgers import queries as books
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.models import LedgerAccount, LedgerEntry, Posting
from backend.engines.ledgers.service import AlreadyReversed, Leg, NotEnough

HOME, FIRM, WECHAT = "prepaid:dwelling/77", "payee:7", "wechat:1900000001"


async def _post(key: str, source: str, target: str, amount: int) -> Posting:
    async with database.transaction():
        legs = [Leg(source, -amount), Leg(target, amount)]
        return await ledgers.post(key, legs, kind="payment", memo="测试")


async def test_what_goes_in_comes_out(db: str) -> None:
    await _post("top-up", WECHAT, HOME, 1000)
    await _post("spend", HOME, FIRM, 300)
    assert [await books.balance(one) for one in (WECHAT, HOME, FIRM)] == [-1000, 700, 300]
    assert await books.balance("payee:8") == 0
    assert await books.check() == []


async def test_a_key_posts_once(db: str) -> None:
    first = await _post("once", WECHAT, HOME, 1000)
    again = await _post("once", WECHAT, HOME, 1000)
    assert first.id == again.id
    assert await books.balance(HOME) == 1000
    with pytest.raises(KeyReused):
        await _post("once", WECHAT, HOME, 1001)
    assert await books.check() == []


async def test_nothing_is_overdrawn_and_nothing_is_left_of_the_try(db: str) -> None:
    await _post("top-up", WECHAT, HOME, 1000)
    async with database.transaction():
        with pytest.raises(NotEnough):
            await ledgers.post("much", [Leg(HOME, -1001), Leg(FIRM, 1001)], kind="payment")
        await ledgers.post("less", [Leg(HOME, -1000), Leg(FIRM, 1000)], kind="payment")
    with pytest.raises(NotEnough):
        await _post("stranger", "prepaid:dwelling/78", FIRM, 1)
    assert await books.balance(HOME) == 0
    assert await Posting.filter(key__in=["much", "stranger"]).count() == 0
    assert await books.check() == []


@pytest.mark.parametrize(
    "legs",
    [
        [Leg(HOME, 1), Leg(FIRM, 1)],
        [Leg(HOME, 0), Leg(FIRM, 0)],
        [Leg(HOME, 5)],
        [],
        [Leg("nobody", -1), Leg(FIRM, 1)],
        [Leg("prepaid:' OR 1=1", -1), Leg(FIRM, 1)],
        [Leg(HOME, 10**16), Leg(WECHAT, -(10**16))],
        [Leg(HOME, 0.5), Leg(WECHAT, -0.5)],  # type: ignore[arg-type]
    ],
)
async def test_legs_that_no_posting_has(db: str, legs: list[Leg]) -> None:
    with pytest.raises(ValueError, match=r"legs|amount|account"):
        await ledgers.post("bad", legs, kind="payment")
    assert await Posting.all().count() == 0


async def test_a_reversal_happens_once(db: str) -> None:
    await _post("top-up", WECHAT, HOME, 1000)
    async with database.transaction():
        made = await ledgers.reverse("undo", of="top-up", memo="记错了")
    async with database.transaction():
        assert (await ledgers.reverse("undo", of="top-up", memo="记错了")).id == made.id
    with pytest.raises(AlreadyReversed):
        async with database.transaction():
            await ledgers.reverse("undo-again", of="top-up", memo="")
    with pytest.raises(NotFound):
        await ledgers.reverse("undo-nothing", of="never", memo="")
    assert await books.balance(HOME) == 0
    assert await books.check() == []


async def test_what_was_spent_cannot_be_reversed(db: str) -> None:
    await _post("top-up", WECHAT, HOME, 1000)
    await _post("spend", HOME, FIRM, 1)
    with pytest.raises(NotEnough):
        async with database.transaction():
            await ledgers.reverse("undo", of="top-up", memo="")
    assert await books.balance(HOME) == 999
    assert await books.check() == []


async def test_a_statement_page_by_page(db: str) -> None:
    for number in range(1, 8):
        await _post(f"top-up-{number}", WECHAT, HOME, number)
    for account, sign in ((HOME, 1), (WECHAT, -1)):
        seen, cursor = [], None
        while True:
            page = await books.statement(account, 3, cursor)
            seen += [(one.amount * sign, one.balance * sign) for one in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert seen == [(n, n * (n + 1) // 2) for n in range(7, 0, -1)]
    assert (await books.statement("payee:404")).items == []


async def test_the_check_finds_what_was_touched(db: str) -> None:
    await _post("top-up", WECHAT, HOME, 1000)
    await _post("spend", HOME, FIRM, 10)
    entry = await LedgerEntry.filter(account=HOME).first()
    assert entry is not None
    await LedgerEntry.filter(id=entry.id).update(amount=1001)
    assert len(await books.check()) == 2
    await LedgerEntry.filter(id=entry.id).update(amount=1000)
    await LedgerAccount.filter(code=HOME).update(balance=-1)
    assert any("below its floor" in one for one in await books.check())
    await LedgerAccount.filter(code=HOME).delete()
    assert any("entries 990" in one for one in await books.check())


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["post", "again", "reverse"]),
        st.integers(0, 11),
        st.sampled_from([WECHAT, HOME, FIRM, "prepaid:vehicle/9"]),
        st.sampled_from([HOME, FIRM, "prepaid:vehicle/9", "cash:1"]),
        st.integers(1, 50),
    ),
    max_size=25,
)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
def test_any_order_of_postings_and_reversals_conserves(
    db: str, moves: list[tuple[str, int, str, str, int]]
) -> None:
    asyncio.get_event_loop().run_until_complete(_conserves(moves))


def _turned(legs: tuple[str, str, int]) -> tuple[str, str, int]:
    return legs[1], legs[0], legs[2]


async def _conserves(moves: list[tuple[str, int, str, str, int]]) -> None:
    """Against a model in a dictionary."""
    for table in (LedgerEntry, Posting, LedgerAccount):
        await table.all().delete()
    model: Counter[str] = Counter()
    posted: dict[str, tuple[str, str, int]] = {}
    reversed_: set[str] = set()
    for verb, number, source, target, amount in moves:
        key = f"key-{number}"
        try:
            async with database.transaction():
                if verb == "reverse":
                    await ledgers.reverse(f"undo-{key}", of=key, memo="")
                    is_new = key not in reversed_
                    gains = _turned(posted[key])
                    reversed_.add(key)
                else:
                    legs = [Leg(source, -amount), Leg(target, amount)]
                    await ledgers.post(key, legs, kind="payment")
                    is_new = key not in posted
                    gains = posted.setdefault(key, (source, target, amount))
        except (NotEnough, KeyReused, NotFound, AlreadyReversed):
            continue
        if is_new:
            model[gains[0]] -= gains[2]
            model[gains[1]] += gains[2]
    assert await books.check() == []
    for account in (WECHAT, HOME, FIRM, "prepaid:vehicle/9", "cash:1"):
        assert await books.balance(account) == model[account]
        assert account in {WECHAT, "cash:1", FIRM} or model[account] >= 0


SPENDERS, EACH = 16, 5


async def _spend(number: int) -> int:
    """How often this spender got through."""
    won = 0
    for turn in range(EACH):
        try:
            await _post(f"spend-{number}-{turn}", HOME, f"payee:{random.randint(1, 3)}", 10)
            won += 1
        except NotEnough:
            pass
        except Exception as error:
            if not database.is_retryable(error):
                raise
    return won


async def test_sixteen_spend_one_balance(db: str) -> None:
    await _post("top-up", WECHAT, HOME, 400)
    won = sum(await asyncio.gather(*(_spend(number) for number in range(SPENDERS))))
    assert won == 40
    assert await books.balance(HOME) == 0
    assert await books.check() == []


@pytest.mark.parametrize("db", ["mariadb"], indirect=True)
async def test_the_control_goes_red(db: str) -> None:
    """Look first, then write: the same race overdraws, and the check says so."""
    await _post("top-up", WECHAT, HOME, 400)

    async def spend() -> None:
        for _ in range(EACH):
            async with database.transaction():
                held = (await LedgerAccount.get(code=HOME)).balance
                await asyncio.sleep(0.005)
                if held >= 10:
                    await LedgerAccount.filter(code=HOME).update(balance=held - 10)
                    await database.execute(
                        "INSERT INTO ledgers_entry (posting_id, account, unit, amount, at) "
                        "VALUES (1, ?, 'fen', -10, '2026-01-01')",
                        HOME,
                    )

    await asyncio.gather(*(spend() for _ in range(SPENDERS)), return_exceptions=True)
    assert await books.check() != []
