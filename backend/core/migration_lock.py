"""One migrating process at a time, and what it has done so far, in two small tables.

A row with a lease, because MariaDB's GET_LOCK holds on one node of a Galera cluster only. The
database's own clock decides, so that the clocks of the machines may differ.
"""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tortoise import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError, OperationalError

from backend.core.schema_editor import MigrationError

LEASE_SECONDS = 60
RENEW_SECONDS = 15
POLL_SECONDS = 0.5

LOCK_TABLE = """CREATE TABLE IF NOT EXISTS linli_migration_lock (
    name VARCHAR(20) NOT NULL PRIMARY KEY, holder VARCHAR(200) NOT NULL, until BIGINT NOT NULL)"""
STEP_TABLE = """CREATE TABLE IF NOT EXISTS linli_migration_step (
    migration VARCHAR(200) NOT NULL, number INTEGER NOT NULL, operation VARCHAR(200) NOT NULL,
    statement TEXT NOT NULL)"""
LAST_STEP = """SELECT migration, number, operation FROM linli_migration_step
    ORDER BY migration DESC, number DESC LIMIT 1"""
CLOCK = {"sqlite": "CAST(strftime('%s', 'now') AS INTEGER)", "mysql": "UNIX_TIMESTAMP()"}

log = logging.getLogger(__name__)


class MigrationLocked(MigrationError):
    """Another process is migrating, or has lately died doing so."""


class MigrationLock:
    """Held by this object until `release`; `renew` before every step."""

    def __init__(self, client: BaseDBAsyncClient) -> None:
        self.client = client
        self.clock = CLOCK[client.capabilities.dialect]
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    async def acquire(self, wait: float) -> None:
        """Take the lock, trying again for `wait` seconds.

        Raises:
            MigrationLocked: somebody else still holds it.
        """
        give_up = time.monotonic() + wait
        while not await self._tried():
            if time.monotonic() >= give_up:
                raise MigrationLocked(
                    f"另一个进程正在迁移数据库({await self._other()}),请稍后再试。"
                )
            await asyncio.sleep(POLL_SECONDS)

    async def _tried(self) -> bool:
        try:
            if "linli_migration_lock" not in await tables(self.client):
                await run(self.client, LOCK_TABLE)
            with suppress(IntegrityError):
                await run(self.client, "INSERT INTO linli_migration_lock VALUES ('schema', '', 0)")
            await run(
                self.client,
                "UPDATE linli_migration_lock SET holder = ?, "  # noqa: S608
                f"until = {self.clock} + {LEASE_SECONDS} WHERE until < {self.clock}",
                self.holder,
            )
            return await self._is_mine(self.client)
        except OperationalError as error:  # locked file, or Galera chose the other node
            log.info("the migration lock could not be tried: %s", error)
            return False

    async def renew(self, client: BaseDBAsyncClient | None = None) -> None:
        """Extend the lease; inside a transaction pass its client, which fences it off.

        Raises:
            MigrationLocked: the lease ran out and another process took over.
        """
        client = client or self.client
        await run(
            client,
            f"UPDATE linli_migration_lock SET until = {self.clock} + {LEASE_SECONDS} "  # noqa: S608
            "WHERE holder = ?",
            self.holder,
        )
        if not await self._is_mine(client):
            raise MigrationLocked("迁移锁已过期并被另一个进程取得,本进程停止迁移。")

    async def release(self) -> None:
        await run(
            self.client,
            "UPDATE linli_migration_lock SET holder = '', until = 0 WHERE holder = ?",
            self.holder,
        )

    async def _is_mine(self, client: BaseDBAsyncClient) -> bool:
        rows = await run(client, "SELECT holder FROM linli_migration_lock WHERE name = 'schema'")
        return bool(rows) and rows[0]["holder"] == self.holder

    async def _other(self) -> str:
        rows = await run(self.client, "SELECT holder FROM linli_migration_lock")
        return str(rows[0]["holder"]) if rows else "?"

    async def keep(self) -> None:
        """Renew for ever: a single ALTER of a big table outlasts the lease."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self.renew()
            except OperationalError as error:
                log.warning("the migration lock could not be renewed: %s", error)


@asynccontextmanager
async def held(client: BaseDBAsyncClient, wait: float) -> AsyncIterator[MigrationLock]:
    """Hold the migration lock of this database, waiting for it at most `wait` seconds."""
    lock = MigrationLock(client)
    await lock.acquire(wait)
    keeper = asyncio.create_task(lock.keep())
    try:
        yield lock
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError, MigrationLocked):
            await keeper
        await lock.release()


class Journal:
    """Which statements of an unfinished migration are done, where DDL cannot be rolled back."""

    ALL = ""

    def __init__(self, client: BaseDBAsyncClient, migration: str) -> None:
        self.client = client
        self.migration = migration

    async def finished(self, number: int, operation: str) -> list[str]:
        """The statements of operation `number` that ran, `ALL` among them when it is done.

        Raises:
            MigrationError: it was another operation then; the file has been changed since.
        """
        rows = await run(
            self.client,
            "SELECT operation, statement FROM linli_migration_step "
            "WHERE migration = ? AND number = ?",
            self.migration,
            number,
        )
        for row in rows:
            if row["operation"] != operation:
                raise MigrationError(
                    f"迁移 {self.migration} 第 {number} 步中断时是「{row['operation']}」,"
                    f"现在是「{operation}」:文件被改过,请人工核对。"
                )
        return [row["statement"] for row in rows]

    async def note(
        self, number: int, operation: str, client: BaseDBAsyncClient, statement: str
    ) -> None:
        """Note that a statement ran; `client` may be the transaction it ran in."""
        await run(
            client,
            "INSERT INTO linli_migration_step VALUES (?, ?, ?, ?)",
            self.migration,
            number,
            operation,
            statement,
        )

    async def forget(self, client: BaseDBAsyncClient) -> None:
        await run(client, "DELETE FROM linli_migration_step WHERE migration = ?", self.migration)


async def last_steps(client: BaseDBAsyncClient) -> list[dict[str, Any]]:
    """Where an interrupted migration stopped: at most one row (migration, number, operation)."""
    if "linli_migration_step" not in await tables(client):
        return []
    return await run(client, LAST_STEP)


async def run(client: BaseDBAsyncClient, sql: str, *values: Any) -> list[dict[str, Any]]:
    """Execute SQL with `?` for the values on either dialect; the rows, if any."""
    if client.capabilities.dialect == "mysql":
        sql = sql.replace("?", "%s")
    return await client.execute_query_dict(sql, list(values) or None)


async def tables(client: BaseDBAsyncClient) -> set[str]:
    """The names of the tables there are."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if client.capabilities.dialect == "sqlite"
        else "SELECT TABLE_NAME AS name FROM information_schema.TABLES "
        "WHERE TABLE_SCHEMA = DATABASE()"
    )
    return {row["name"] for row in await run(client, query)}
