"""Connections: several reads over one, and statements that MariaDB keeps prepared."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql
import pytest
from tortoise.exceptions import OperationalError

from backend.core import clock, database
from backend.core.connections import MOST_PARAMETERS
from backend.core.database import execute, insert, marks, one_connection, rows, tuples
from backend.core.deadlines import deadline
from backend.core.jobs import Schedule
from tests.conftest import left_out

WHICH = "SELECT CONNECTION_ID()"
PREPARED = "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'"
EXECUTED = "SHOW SESSION STATUS LIKE 'Com_stmt_execute'"


@pytest.fixture
def mariadb(db: str) -> str:
    if database.dialect() == "sqlite":
        pytest.skip("SQLite has one connection and a cache of its own")
    return db


@pytest.fixture
def alone(mariadb: str) -> Iterator[Any]:
    """The server, while no other test counts statements there or limits them."""
    parts = urlsplit(mariadb)
    server = pymysql.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
        autocommit=True,
    )
    with server, server.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK('linli-tests-of-prepared-statements', 120)")
        assert cursor.fetchone() == (1,)
        yield cursor


@pytest.fixture
def full(alone: Any) -> Iterator[Any]:
    """A server that has room for no further prepared statement, until told otherwise."""
    try:
        alone.execute("SET GLOBAL max_prepared_stmt_count = 0")
    except pymysql.err.OperationalError:
        left_out("the tests may not limit the server's prepared statements")
    try:
        yield alone
    finally:
        alone.execute("SET GLOBAL max_prepared_stmt_count = DEFAULT")


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
            await rows("SELECT SLEEP(?)", 600)
    async with asyncio.timeout(60):
        assert await rows("SELECT 1 AS n") == [{"n": 1}]


async def test_a_statement_is_prepared_once(alone: Any) -> None:
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


WRITE = "INSERT INTO core_schedule (name, next_at) VALUES (?, ?)"
READ = "SELECT id, name, next_at, NULL AS nothing, 1.5 AS half FROM core_schedule ORDER BY id"


async def _lives(now: datetime) -> list[Any]:
    """Work of every kind, and all that it saw; leaves nothing behind."""
    seen = list[Any]()
    async with database.transaction():
        seen.append(await execute(WRITE, "甲 100%", now))
        await insert(WRITE, "乙", now)
        await database.execute_many(WRITE, [["丙", now], ["丁", now]])
        await Schedule.create(name="戊", next_at=now)
        seen.append(await Schedule.filter(name__in=["乙", "戊"]).update(next_at=now))
        seen += [(one.name, one.next_at == now) for one in await Schedule.all().order_by("id")]
        seen.append(await Schedule.filter(next_at__lte=now).count())
        seen += [tuple(row.values())[1:] for row in await rows(f"{READ} LIMIT ?", 9)]
        seen += [row[1:] for row in await tuples(f"{READ} LIMIT ?", 8)]
        seen.append(await execute("DELETE FROM core_schedule WHERE next_at = ?", now))
    return seen


async def test_a_server_without_room_for_statements_gets_them_as_text(
    mariadb: str, full: Any
) -> None:
    await database.disconnect()
    await database.connect(mariadb, pool=1)  # whose connection has nothing prepared yet
    with pytest.raises(pymysql.err.OperationalError, match="1461"):
        full.execute("PREPARE one FROM 'SELECT 1'")
    now = clock.now().replace(microsecond=250)
    crowded = await _lives(now)
    assert await _said(EXECUTED) == 0
    full.execute("SET GLOBAL max_prepared_stmt_count = DEFAULT")
    await database.disconnect()
    await database.connect(mariadb, pool=1)
    assert await _lives(now) == crowded
    assert await _said(EXECUTED) > 5


async def test_a_mistake_is_said_where_there_is_no_room_for_it(full: Any) -> None:
    with pytest.raises(OperationalError, match="nowhere"):
        await execute("UPDATE nowhere SET n = ?", 1)
