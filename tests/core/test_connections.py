"""Connections: several reads over one, and statements that MariaDB keeps prepared."""

import asyncio

import pytest

from backend.core import clock, database
from backend.core.connections import MOST_PARAMETERS
from backend.core.database import execute, insert, marks, one_connection, rows, tuples
from backend.core.deadlines import deadline

WHICH = "SELECT CONNECTION_ID()"
PREPARED = "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'"
EXECUTED = "SHOW SESSION STATUS LIKE 'Com_stmt_execute'"


@pytest.fixture
def mariadb(db: str) -> str:
    if database.dialect() == "sqlite":
        pytest.skip("SQLite has one connection and a cache of its own")
    return db


async def _said(status: str) -> int:
    return int((await tuples(status))[0][1])


async def _reading(started: asyncio.Barrier) -> set[int]:
    async with one_connection():
        first = (await tuples(WHICH))[0][0]
        await started.wait()
        return {first, (await tuples(WHICH))[0][0]}


async def test_reads_of_one_answer_share_a_connection(mariadb: str) -> None:
    started = asyncio.Barrier(2)
    mine, theirs = await asyncio.gather(_reading(started), _reading(started))
    assert len(mine) == len(theirs) == 1
    assert mine != theirs


async def test_a_transaction_reads_what_it_wrote(db: str) -> None:
    async with database.transaction():
        await insert("INSERT INTO core_schedule (name, next_at) VALUES (?, ?)", "one", clock.now())
        async with one_connection():
            assert list(await tuples("SELECT name FROM core_schedule")) == [("one",)]


async def test_a_connection_comes_back_from_work_that_was_cut_off(mariadb: str) -> None:
    await database.disconnect()
    await database.connect(mariadb, pool=1)
    with pytest.raises(TimeoutError), deadline(0.1):
        async with one_connection():
            await rows("SELECT SLEEP(?)", 5)
    async with asyncio.timeout(5):
        assert await rows("SELECT 1 AS n") == [{"n": 1}]


async def test_a_statement_is_prepared_once(mariadb: str) -> None:
    async with one_connection():
        await rows("SELECT ? AS n", 1)
        # Those that ask are prepared statements themselves.
        executed, prepared = await _said(EXECUTED), await _said(PREPARED)
        for number in range(3):
            assert await rows("SELECT ? AS n", number) == [{"n": number}]
        assert await _said(PREPARED) == prepared
        assert await _said(EXECUTED) > executed + 3


async def test_a_statement_without_end_is_written_out(mariadb: str) -> None:
    many = list(range(MOST_PARAMETERS + 1))
    async with one_connection():
        prepared = await _said(PREPARED)
        found = await rows(
            f"SELECT COUNT(*) AS n FROM areas_area WHERE id IN ({marks(many)})", *many
        )
        assert found == [{"n": 0}]
        assert await _said(PREPARED) == prepared
    assert (
        await execute(f"UPDATE areas_area SET name = ? WHERE id IN ({marks(many)})", "乡", *many)
        == 0
    )


async def test_a_table_may_change_under_a_prepared_statement(mariadb: str) -> None:
    async with database.transaction():
        await execute("CREATE OR REPLACE TABLE changing (id BIGINT PRIMARY KEY, n SMALLINT)")
        await execute("INSERT INTO changing (id, n) VALUES (?, ?)", 1, 7)
        assert await rows("SELECT n, id FROM changing WHERE id = ?", 1) == [{"n": 7, "id": 1}]
        await execute("ALTER TABLE changing MODIFY n BIGINT NOT NULL")
        await execute("UPDATE changing SET n = ?", 2**40)
        assert await rows("SELECT n, id FROM changing WHERE id = ?", 1) == [{"n": 2**40, "id": 1}]
        await execute("DROP TABLE changing")
