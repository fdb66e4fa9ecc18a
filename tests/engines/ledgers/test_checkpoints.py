"""Checkpoints: a statement says the same with them and without, and adds up few entries."""

import asyncio
import random
from datetime import timedelta
from itertools import pairwise

import pytest

from backend.core import clock, database, jobs
from backend.engines.ledgers import jobs as clockwork
from backend.engines.ledgers import queries as books
from backend.engines.ledgers import rules
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.models import LedgerCheckpoint, LedgerMark
from backend.engines.ledgers.service import Leg

HOME, FIRM, WECHAT = "prepaid:dwelling/77", "payee:7", "wechat:1900000001"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints every few entries, and of entries that were just made."""
    monkeypatch.setattr(rules, "STEP", 3)
    monkeypatch.setattr(rules, "AT_ONCE", 8)
    monkeypatch.setattr(rules, "AGE", timedelta(seconds=-1))


async def _post(key: str, source: str, target: str, amount: int) -> None:
    async with database.transaction():
        await ledgers.post(key, [Leg(source, -amount), Leg(target, amount)], kind="payment")


async def _add_up() -> int:
    """Rounds until there is nothing more to do."""
    rounds = 0
    while True:
        async with database.transaction():
            if not await ledgers.add_up():
                return rounds
        rounds += 1


async def _statement(account: str, limit: int = 4) -> list[tuple[int, int]]:
    seen, cursor = [], None
    while True:
        page = await books.statement(account, limit, cursor)
        seen += [(one.amount, one.balance) for one in page.items]
        cursor = page.next
        if cursor is None:
            return seen


async def test_statements_are_the_same_with_checkpoints(db: str) -> None:
    chance, amounts = random.Random(7), list[int]()
    for number in range(60):
        amounts.append(chance.randint(1, 500))
        source, target = (WECHAT, HOME) if number % 3 else (HOME, FIRM)
        await _post(f"key-{number}", *((source, target) if number else (WECHAT, HOME)), 500)
        if chance.random() < 0.3:
            await _add_up()
    made = await LedgerCheckpoint.all().count()
    with_them = [await _statement(one) for one in (HOME, FIRM, WECHAT)]
    sums = [await books.balance(one) for one in (HOME, FIRM, WECHAT)]
    assert made > 20
    assert await books.check() == []
    await ledgers.recount()
    assert await LedgerCheckpoint.all().count() == 0
    assert with_them == [await _statement(one) for one in (HOME, FIRM, WECHAT)]
    assert sums == [await books.balance(one) for one in (HOME, FIRM, WECHAT)]
    assert [one[0][1] for one in with_them] == sums
    assert await _add_up() == -(-120 // 8)
    assert await books.check() == []


async def test_a_page_adds_up_few_entries(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies between two checkpoints of an account is a step and a round at most."""
    for number in range(40):
        await _post(f"key-{number}", WECHAT, FIRM, 1)
    await _add_up()
    found = await LedgerCheckpoint.filter(account=FIRM).order_by("entry_id")
    gaps = [two.balance - one.balance for one, two in pairwise(found)]
    assert max(gaps) <= rules.STEP + rules.AT_ONCE
    assert 40 - found[-1].balance <= rules.STEP + rules.AT_ONCE


async def test_young_entries_are_left_alone(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AGE", timedelta(minutes=1))
    for number in range(10):
        await _post(f"key-{number}", WECHAT, FIRM, 1)
    assert await _add_up() == 0
    assert (await LedgerMark.get()).entry_id == 0
    then = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: then)
    assert await _add_up() == 3
    assert await LedgerCheckpoint.filter(account=FIRM).exists()


async def test_the_worker_makes_them_until_there_is_no_more(db: str) -> None:
    for number in range(20):
        await _post(f"key-{number}", WECHAT, FIRM, 1)
    async with database.transaction():
        await jobs.enqueue(clockwork.add_up)
    while await jobs.run_inside():
        pass
    assert await LedgerCheckpoint.filter(account=FIRM).count() >= 4
    assert await books.check() == []


async def test_the_check_finds_a_wrong_checkpoint(db: str) -> None:
    for number in range(20):
        await _post(f"key-{number}", WECHAT, FIRM, 1)
    await _add_up()
    assert await books.check() == []
    middle = (await LedgerCheckpoint.filter(account=FIRM).order_by("entry_id"))[1]
    await LedgerCheckpoint.filter(id=middle.id).update(balance=middle.balance + 1)
    found = await books.check()
    (only,) = found
    assert f"checkpoint {middle.entry_id} says {middle.balance + 1}" in only
    await ledgers.recount()
    await _add_up()
    assert await books.check() == []


@pytest.mark.parametrize("db", ["mariadb"], indirect=True)
@pytest.mark.parametrize("waits", [True, False])
async def test_an_entry_on_its_way_is_waited_for(
    db: str, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids are given before the commit: a lower one may come later. The control does not wait."""
    if not waits:
        monkeypatch.setattr(ledgers, "_STILL_WRITTEN", "SELECT ? + ?")
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction():
            await ledgers.post(f"slow-{waits}", [Leg(WECHAT, -100), Leg(FIRM, 100)], kind="payment")
            begun.set()
            await go.wait()

    writing = asyncio.ensure_future(slow())
    await begun.wait()
    try:
        for number in range(3):
            await _post(f"{waits}-{number}", WECHAT, FIRM, 1)
        adding = asyncio.ensure_future(_add_up())
        done, _ = await asyncio.wait({adding}, timeout=1 if waits else 60)
    finally:
        go.set()
        await writing
    await adding
    assert bool(done) is not waits
    assert await books.balance(FIRM) == (103 if waits else 3)
    assert (await books.check() == []) is waits


async def test_two_at_once_do_it_once(db: str) -> None:
    await _add_up()  # the row they wait for is there
    for number in range(20):
        await _post(f"key-{number}", WECHAT, FIRM, 1)
    await asyncio.gather(*(_add_up() for _ in range(4)))
    assert await books.balance(FIRM) == 20
    assert await books.check() == []
