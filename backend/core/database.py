"""The database: connecting, transactions, constant SQL, and which failures are worth a retry."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from tortoise import Tortoise, connections, fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.transactions import in_transaction

from backend.core import comparisons as comparisons
from backend.core import sources as sources
from backend.core.connections import config as config
from backend.core.connections import issue
from backend.core.errors import LinliError, Unavailable
from backend.core.failures import CONNECTION_LOST, NO_SAVEPOINT
from backend.core.failures import error_number as error_number
from backend.core.failures import is_duplicate as is_duplicate
from backend.core.failures import is_outage as is_outage
from backend.core.failures import is_retryable as is_retryable
from backend.core.fields import CodeField, UtcDatetimeField, in_utc

__all__ = ["CodeField", "Row", "UtcDatetimeField"]

T = TypeVar("T")
ATTEMPTS = 4
ROLLBACK_PATIENCE = 2.0

Ending = Callable[[Sequence[Any]], Awaitable[None]]


@dataclass
class _Hooks:
    """What the outermost transaction does at its end, before and after its commit."""

    before: dict[Ending, list[Any]] = field(default_factory=dict)
    after: list[Callable[[], None]] = field(default_factory=list)

    async def end(self) -> None:
        for hook, items in self.before.items():
            await hook(items)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What was asked for inside is forgotten when the inside fails."""
        before = {hook: list(items) for hook, items in self.before.items()}
        after = list(self.after)
        try:
            yield
        except BaseException:
            self.before, self.after = before, after
            raise


_hooks: ContextVar[_Hooks | None] = ContextVar("hooks", default=None)


class Row(Model):
    """What every table has: a 64-bit number as its key."""

    id = fields.BigIntField(primary_key=True)

    class Meta:
        abstract = True


class _Base:
    client: Any = None


_at_hand: ContextVar[Any] = ContextVar("client", default=None)
"""The client of the transaction at hand."""
_cursor: ContextVar[Any] = ContextVar("cursor", default=None)
"""The cursor of the connection at hand, within `one_connection`."""


def _client() -> Any:
    """What `connections.get` answers, without its search for contexts and loops."""
    return _at_hand.get() or _Base.client


async def connect(url: str, *, driver: str = "asyncmy", pool: int = 10) -> None:
    """Prepare the models and the pool; MariaDB is first reached by the first query."""
    await Tortoise.init(config=config(url, driver=driver, pool=pool), _enable_global_fallback=True)
    _Base.client = connections.get("default")
    if dialect() == "sqlite":
        await rows("SELECT 1")


async def disconnect() -> None:
    """Close every connection; an open SQLite connection would keep the interpreter from ending."""
    await Tortoise.close_connections()


@lru_cache(maxsize=1024)
def _for_mysql(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def dialect() -> str:
    """`sqlite` or `mysql`."""
    return str(_client().capabilities.dialect)


def _bound(params: Sequence[Any]) -> list[Any]:
    """Parameters as they are written: moments in UTC. SQLite compares their text, and MariaDB's
    drivers drop the offset. Raises ValueError for a naive one."""
    return [in_utc(one, "parameter") if isinstance(one, datetime) else one for one in params]


async def rows(sql: str, *params: Any) -> list[dict[str, Any]]:
    """Read with constant SQL; `?` marks a parameter in both dialects."""
    client = _client()
    if client.capabilities.dialect == "sqlite":
        return list(await client.execute_query_dict(sql, _bound(params)))
    found, columns = await _fetch(client, sql, params)
    names = [column[0] for column in columns]
    return [dict(zip(names, values, strict=True)) for values in found]


async def tuples(sql: str, *params: Any) -> Sequence[tuple[Any, ...]]:
    """Read as `rows` does, each row as the tuple of its columns: for the lists that are hot."""
    client = _client()
    if client.capabilities.dialect == "sqlite":
        return [tuple(row) for row in (await client.execute_query(sql, _bound(params)))[1]]
    return (await _fetch(client, sql, params))[0]


async def _fetch(
    client: Any, sql: str, params: Sequence[Any]
) -> tuple[Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]]]:
    """The rows as the driver made them, and its description of their columns."""
    if (cursor := _cursor.get()) is not None:
        return await _read(cursor, sql, params)
    async with client.acquire_connection() as connection, connection.cursor() as cursor:
        return await _read(cursor, sql, params)


async def _read(
    cursor: Any, sql: str, params: Sequence[Any]
) -> tuple[Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]]]:
    await issue(cursor, _for_mysql(sql), _bound(params))
    return await cursor.fetchall(), cursor.description


@asynccontextmanager
async def one_connection() -> AsyncIterator[None]:
    """What `rows` and `tuples` read inside goes over one connection, taken from the pool once.

    One read after the other, and nothing else: who holds a connection while waiting for a second
    one may wait for ever. A transaction has its one connection anyway.
    """
    client = _client()
    if client.capabilities.dialect == "sqlite" or is_in_transaction():
        yield
        return
    async with client.acquire_connection() as connection, connection.cursor() as cursor:
        token = _cursor.set(cursor)
        try:
            yield
        finally:
            _cursor.reset(token)


async def execute(sql: str, *params: Any) -> int:
    """Write with constant SQL and say how many rows it matched."""
    client = _client()
    text = sql if client.capabilities.dialect == "sqlite" else _for_mysql(sql)
    return int((await client.execute_query(text, _bound(params)))[0])


async def execute_many(sql: str, many: Sequence[Sequence[Any]]) -> None:
    """Write with constant SQL once for every row of parameters, in as few round trips as can be.

    In the transaction at hand: without one a part of the rows may be written.
    """
    client = _client()
    text = sql if client.capabilities.dialect == "sqlite" else _for_mysql(sql)
    await client.execute_many(text, [_bound(params) for params in many])


async def insert(sql: str, *params: Any) -> int:
    """Write one new row with constant SQL and say which id it got."""
    client = _client()
    text = sql if client.capabilities.dialect == "sqlite" else _for_mysql(sql)
    return int(await client.execute_insert(text, _bound(params)))


def marks(values: Sequence[Any]) -> str:
    """`?,?,?` for an IN list as long as `values`."""
    return ",".join("?" * len(values))


def moment(value: Any) -> datetime | None:
    """A moment as a raw row gave it (text, naive UTC or aware), as aware UTC."""
    if value is None:
        return None
    at: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def after_commit(hook: Callable[[], None]) -> None:
    """Run `hook` once the outermost transaction is committed, or now when there is none.

    The same function given twice runs once.
    """
    waiting = _hooks.get()
    if waiting is None:
        hook()
    elif hook not in waiting.after:
        waiting.after.append(hook)


def before_commit(hook: Ending, item: Any) -> None:
    """Have `hook` called once with all items given for it, as the last thing that the outermost
    transaction does: for what everybody else waits for. Raises RuntimeError outside of one."""
    waiting = _hooks.get()
    if waiting is None:
        raise RuntimeError("there is no transaction to do it in")
    waiting.before.setdefault(hook, []).append(item)


def is_in_transaction() -> bool:
    return _hooks.get() is not None


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. Inside another transaction it is a savepoint."""
    if (outer := _hooks.get()) is not None:
        with outer.savepoint():
            async with _savepoint():
                yield
        return
    hooks = _Hooks()
    token = _hooks.set(hooks)
    try:
        async with _outermost():
            yield
            await hooks.end()
    finally:
        _hooks.reset(token)
    for hook in hooks.after:
        hook()


@asynccontextmanager
async def _savepoint() -> AsyncIterator[None]:
    """A deadlock undoes the whole transaction, its savepoints with it: what is raised then is the
    deadlock, which may be tried again, and not that there is no savepoint any more."""
    wrong: BaseException | None = None
    try:
        async with in_transaction() as client:
            with _in_hand(client):
                try:
                    yield
                except BaseException as error:
                    wrong = error
                    raise
    except Exception as error:
        if wrong is not None and error_number(error) in NO_SAVEPOINT:
            raise wrong from None
        raise


@asynccontextmanager
async def _outermost() -> AsyncIterator[None]:
    context: Any = in_transaction()
    try:
        client = await context.__aenter__()
    except BaseException:
        await _forget(context)
        raise
    try:
        with _in_hand(client):
            yield
    except BaseException as error:
        await _roll_back(context, error)
        raise
    await context.__aexit__(None, None, None)


@contextmanager
def _in_hand(client: Any) -> Iterator[None]:
    token = _at_hand.set(client)
    try:
        yield
    finally:
        _at_hand.reset(token)


async def _roll_back(context: Any, error: BaseException) -> None:
    """Roll back, but never wait longer on a dead server than on a living one."""
    try:
        async with asyncio.timeout(ROLLBACK_PATIENCE):
            await context.__aexit__(type(error), error, error.__traceback__)
    except Exception:
        _drop(context)


async def _forget(context: Any) -> None:
    """Give back what a transaction that could not begin holds: Tortoise itself does not."""
    if not hasattr(context, "token"):
        return
    _drop(context)
    client = getattr(context, "client", None) or context.connection
    client._finalized = True  # noqa: SLF001 - there is nothing to roll back
    await context.__aexit__(None, None, None)


def _drop(context: Any) -> None:
    """Close the socket of a connection that cannot be trusted any more."""
    raw = getattr(getattr(context, "client", None), "_connection", None)
    if raw is not None:
        raw.close()


async def again(work: Callable[[], Awaitable[T]], *, safely: bool) -> T:
    """Do the whole once more when the database asks for it; `work` opens the transaction.

    `safely`: the work carries a key, so it may be repeated even when it is unknown whether the
    COMMIT that failed has happened.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await work()
        except LinliError:
            raise
        except Exception as error:
            may_repeat = is_retryable(error) and (
                safely or error_number(error) not in CONNECTION_LOST
            )
            if not may_repeat or attempt == ATTEMPTS:
                raise
        await asyncio.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311
    raise Unavailable


@contextmanager
def duplicate_is(problem: Exception) -> Iterator[None]:
    """Raise `problem` when a unique key says no."""
    try:
        yield
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise problem from error


def below(path: str) -> tuple[str, str]:
    """The half-open range of area paths at or below `path`: an index range in both dialects."""
    return path, path[:-1] + "0"


async def move_paths(table: str, from_path: str, to_path: str, *, column: str = "area_path") -> int:
    """An area was moved: the `column` of what lies below it follows. Says how many rows."""
    return await execute(
        f"UPDATE {table} SET {column} = REPLACE({column}, ?, ?) "  # noqa: S608
        f"WHERE {column} >= ? AND {column} < ?",
        from_path,
        to_path,
        *below(from_path),
    )
