"""The proxy itself: every execution is seen with its text, however it reaches the server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncmy
import pytest
from asyncmy.errors import Error

from tests.faults.house import House
from tests.faults.proxy import Fault, Proxy, holding

ASKS = "SELECT %s + 40"


@pytest.fixture
async def asking(house: House, proxy: Proxy) -> AsyncIterator[Any]:
    """A connection as the product has them, with room for two prepared statements."""
    parts = urlsplit(house.url)
    connection = await asyncmy.connect(
        host="127.0.0.1",
        port=proxy.port,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
        database=parts.path.lstrip("/"),
        stmt_cache_size=2,
    )
    yield connection
    connection.close()


async def _ask(connection: Any, sql: str, *values: Any) -> Any:
    async with connection.cursor() as cursor:
        await cursor.execute(sql, values)
        return await cursor.fetchone()


async def test_executions_are_seen_and_preparations_are_not(proxy: Proxy, asking: Any) -> None:
    executed, prepared = len(proxy.statements), len(proxy.preparations)
    assert [await _ask(asking, ASKS, number) for number in (1, 2)] == [(41,), (42,)]
    async with asking.cursor() as cursor:
        await cursor.execute("SELECT 'as text'")
    assert proxy.preparations[prepared:] == [b"SELECT ? + 40"]
    assert proxy.statements[executed:] == [b"SELECT ? + 40"] * 2 + [b"SELECT 'as text'"]


async def test_one_statement_for_many_rows(house: House, proxy: Proxy, asking: Any) -> None:
    await house.execute("CREATE TABLE IF NOT EXISTS faults_many (a BIGINT)")
    executed = len(proxy.statements)
    async with asking.cursor() as cursor:
        await cursor.executemany("INSERT INTO faults_many (a) VALUES (%s)", [(1,), (2,)])
    await asking.commit()
    assert proxy.statements[executed:] == [b"INSERT INTO faults_many (a) VALUES (?)", b"COMMIT"]
    assert house.count("SELECT COUNT(*) FROM faults_many") == 2
    await house.execute("DROP TABLE faults_many")


async def test_numbers_are_forgotten_and_refusals_have_none(proxy: Proxy, asking: Any) -> None:
    """Of five statements two are kept at the server, and each is still known by its text."""
    executed = len(proxy.statements)
    texts = [f"SELECT %s + {number}" for number in range(5)] * 2
    for text in texts:
        await _ask(asking, text, 1)
    with pytest.raises(Error):
        await _ask(asking, "SELECT nothing_of_that_name + %s", 1)
    assert await _ask(asking, ASKS, 2) == (42,)
    seen = [text.replace("%s", "?").encode() for text in texts]
    # What cannot be prepared is asked again as text, with its values.
    assert proxy.statements[executed:] == [
        *seen,
        b"SELECT nothing_of_that_name + 1",
        b"SELECT ? + 40",
    ]


async def test_a_trap_springs_at_the_execution(proxy: Proxy, asking: Any) -> None:
    trap = proxy.trap(holding("+ 40"), Fault.SWALLOW, nth=2)
    assert await _ask(asking, ASKS, 1) == (41,)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await _ask(asking, ASKS, 2)
    assert (trap.sprung.is_set(), trap.caught) == (True, b"SELECT ? + 40")


async def test_a_trap_for_the_preparation_springs_there(proxy: Proxy, asking: Any) -> None:
    executed = len(proxy.statements)
    trap = proxy.trap(holding("+ 40"), Fault.CUT, of_preparation=True)
    with pytest.raises(Error):
        await _ask(asking, ASKS, 1)
    assert trap.sprung.is_set()
    assert proxy.statements[executed:] == []
