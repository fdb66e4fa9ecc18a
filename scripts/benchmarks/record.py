"""Records which statements a request issues, so that the yardstick issues the very same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from asyncmy.connection import Connection

Statement = dict[str, Any]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return str(value) if isinstance(value, str) else value


class _Listening:
    """A cursor that notes what it executes: whoever issues it, nothing goes past the driver."""

    def __init__(self, cursor: Any, seen: list[Statement]) -> None:
        self._cursor, self._seen = cursor, seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    async def __aenter__(self) -> "_Listening":
        await self._cursor.__aenter__()
        return self

    async def __aexit__(self, *failure: Any) -> None:
        await self._cursor.__aexit__(*failure)

    async def execute(self, sql: str, params: Any = None) -> Any:
        answer = await self._cursor.execute(sql, params)
        inserted = self._cursor.lastrowid if sql.startswith("INSERT") else None
        self._note(sql, [_plain(one) for one in params or ()], inserted=inserted)
        return answer

    async def executemany(self, sql: str, rows: Any) -> Any:
        answer = await self._cursor.executemany(sql, rows)
        self._note(sql, [[_plain(one) for one in row] for row in rows], is_many=True)
        return answer

    def _note(self, sql: str, params: Any, *, inserted: Any = None, is_many: bool = False) -> None:
        noted = {"sql": sql, "params": params, "inserted": inserted, "is_many": is_many}
        self._seen.append(noted)


@asynccontextmanager
async def recording() -> AsyncIterator[list[Statement]]:
    """All statements issued meanwhile: `{sql, params, inserted, is_many}`."""
    seen: list[Statement] = []
    cursor = Connection.cursor

    def listening(self: Any, *args: Any) -> Any:
        return _Listening(cursor(self, *args), seen)

    with patch.object(Connection, "cursor", listening):
        yield seen
