"""Records which statements a request issues, so that the yardstick issues the very same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from tortoise.backends.mysql.client import MySQLClient

Statement = dict[str, Any]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return str(value) if isinstance(value, str) else value


@asynccontextmanager
async def recording() -> AsyncIterator[list[Statement]]:
    """All statements issued meanwhile: `{sql, params, inserted}`."""
    seen: list[Statement] = []
    query, insert = MySQLClient.execute_query, MySQLClient.execute_insert

    async def execute_query(self: Any, sql: str, values: list[Any] | None = None) -> Any:
        answer = await query(self, sql, values)
        seen.append(_statement(sql, values, None))
        return answer

    async def execute_insert(self: Any, sql: str, values: list[Any]) -> Any:
        number = await insert(self, sql, values)
        seen.append(_statement(sql, values, number))
        return number

    with (
        patch.object(MySQLClient, "execute_query", execute_query),
        patch.object(MySQLClient, "execute_insert", execute_insert),
    ):
        yield seen


def _statement(sql: str, values: list[Any] | None, inserted: Any) -> Statement:
    return {"sql": sql, "params": [_plain(one) for one in values or ()], "inserted": inserted}
