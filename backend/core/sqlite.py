"""Tortoise's SQLite client, except that a transaction takes the write lock when it begins.

A deferred transaction that reads first and writes later fails with "database is locked" as soon
as two processes do it; `BEGIN IMMEDIATE` with a busy timeout makes them queue instead.
"""

import sqlite3
from typing import Any, cast

from tortoise.backends.base.client import NestedTransactionContext, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.exceptions import OperationalError


class ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            # What a cancelled predecessor left half begun would make BEGIN fail.
            await self._connection.rollback()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(cast(Any, ImmediateTransaction(self)))


class ImmediateSqliteClient(SqliteClient):
    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateSqliteClient
