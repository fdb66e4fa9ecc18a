"""Tortoise's client for MariaDB, except that it understands what prepared statements answer.

asyncmy hands over the rows of a prepared statement without the result in which Tortoise looks for
the names of the columns; they stand in the cursor's description just as well.
"""

from typing import Any, cast

from tortoise.backends.base.client import (
    NestedTransactionContext,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.backends.mysql.client import MySQLClient, TransactionWrapper, translate_exceptions

from backend.core.connections import issue


class _Asking:
    acquire_connection: Any

    @translate_exceptions
    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, list[dict[str, Any]]]:
        async with self.acquire_connection() as connection, connection.cursor() as cursor:
            await issue(cursor, query, values)
            found = await cursor.fetchall()
            names = [column[0] for column in cursor.description or ()]
            return cursor.rowcount, [dict(zip(names, row, strict=True)) for row in found or ()]


class Transaction(_Asking, TransactionWrapper):
    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(cast(Any, Transaction(self)))


class Client(_Asking, MySQLClient):
    def _in_transaction(self) -> TransactionContext:
        return TransactionContextPooled(cast(Any, Transaction(self)), self._pool_init_lock)


client_class = Client
