"""A page of an account's statement with a million entries against one with ten thousand.

The server is given room for both in memory meanwhile: with what Debian gives it (128 MB) a page out
of the million would wait for the disk, and one out of the ten thousand would not.
"""

import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

from backend.app import close_everything, database_config, open_everything
from backend.core import database, migrations, paging
from backend.engines.ledgers import queries as books
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.settings import Settings
from scripts.benchmarks import data

SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 300
ROOM = 2**30
"""Bytes that MariaDB may keep in memory."""
_POSTINGS = (
    "INSERT INTO ledgers_posting (`key`, kind, unit, memo, digest, at) "
    "SELECT UUID(), p.kind, p.unit, p.memo, p.digest, p.at FROM ledgers_posting p "
    "JOIN ledgers_entry e ON e.posting_id = p.id WHERE e.account = ? LIMIT ?"
)
_ENTRIES = (
    "INSERT INTO ledgers_entry (posting_id, account, unit, amount, at) "
    "SELECT p.id, l.account, 'fen', l.amount, p.at FROM ledgers_posting p "
    "JOIN (SELECT ? AS account, 128 AS amount UNION ALL SELECT ?, -128) l WHERE p.id > ?"
)


@dataclass(frozen=True)
class Seen:
    """Milliseconds of a page in the middle, and what the checkpoints took altogether."""

    large_ms: float
    small_ms: float
    rounds_seconds: float
    disagreements: int


async def measure(settings: Settings) -> Seen:
    await data._recreate(settings.database_url)  # noqa: SLF001 - of the same package
    await migrations.migrate(database_config(settings))
    await open_everything(settings)
    try:
        for account, count in (("payee:2", SMALL), ("payee:1", LARGE)):
            await _fill(account, count)
        started = time.perf_counter()
        while await _round():
            pass
        rounds = time.perf_counter() - started
        async with _room():
            await _pages(("payee:1", "payee:2"))
            large, small = await _pages(("payee:1", "payee:2"))
        return Seen(large, small, rounds, len(await books.check()))
    finally:
        await close_everything()


@asynccontextmanager
async def _room() -> AsyncIterator[None]:
    name = "innodb_buffer_pool_size"
    before = (await database.rows(f"SELECT @@{name} AS size"))[0]["size"]
    await database.execute(f"SET GLOBAL {name} = {max(before, ROOM)}")
    try:
        yield
    finally:
        await database.execute(f"SET GLOBAL {name} = {before}")


async def _round() -> bool:
    async with database.transaction():
        return await ledgers.add_up()


async def _fill(account: str, count: int) -> None:
    """So many postings of the account: one made by hand, then copies, each time twice as many."""
    source = f"wechat:{account[-1]}"
    async with database.transaction():
        await ledgers.post(account, [Leg(source, -128), Leg(account, 128)], kind="payment")
        for table in ("posting", "entry"):
            await database.execute(f"UPDATE ledgers_{table} SET at = '2026-01-01'")
    there = 1
    while there < count:
        last = (await database.rows("SELECT MAX(id) AS id FROM ledgers_posting"))[0]["id"]
        more = min(there, count - there, 50_000)
        async with database.transaction():
            await database.execute(_POSTINGS, account, more)
            await database.execute(_ENTRIES, account, source, last)
        there += more


async def _pages(accounts: tuple[str, str]) -> list[float]:
    """The median time of a page anywhere in each account's statement, taken in turn."""
    chance, times = random.Random(1), {account: list[float]() for account in accounts}
    ids = {one: await _ids(one) for one in accounts}
    for _ in range(ROUNDS):
        for account in accounts:
            cursor = paging.encode(chance.randint(*ids[account]))
            started = time.perf_counter()
            await books.statement(account, 20, cursor)
            times[account].append((time.perf_counter() - started) * 1000)
    return [median(times[account]) for account in accounts]


async def _ids(account: str) -> tuple[int, int]:
    sql = "SELECT MIN(id) AS first, MAX(id) AS last FROM ledgers_entry WHERE account = ?"
    found = (await database.rows(sql, account))[0]
    return found["first"], found["last"]
