"""How a database is reached, and how MariaDB is asked."""

import sys
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from backend.core import loader

FOUND_ROWS = 2
"""Client flag: an UPDATE reports the rows it matched, as SQLite does, not those it changed."""

PREPARED = 128
"""Statements that a connection keeps prepared at the server, the least used dropped first: they
are parsed once, and their values travel as they are instead of as text. Where the server has no
room for one more (error 1461), the driver sends that one as text on this connection."""
MOST_PARAMETERS = 200
"""Statements with more of them are written out: their text is seldom the same twice, so keeping
it prepared would only drive others out."""


def config(url: str, *, driver: str = "asyncmy", pool: int = 10) -> dict[str, Any]:
    """Tortoise's configuration for `sqlite://PATH` or `mysql://user:password@host:port/name`."""
    models = ["backend.core.jobs", "backend.core.idempotency"]
    models += [module.__name__ for module in loader.load("models")]
    return {
        "connections": {"default": _connection(url, driver, pool)},
        "apps": {"app": {"models": models, "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def _connection(url: str, driver: str, pool: int) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "sqlite":
        path = unquote(url.removeprefix("sqlite://").partition("?")[0])
        pragmas = {"busy_timeout": 10000, "synchronous": "FULL"} | options
        return {"engine": "backend.core.sqlite", "credentials": {"file_path": path, **pragmas}}
    if parts.scheme != "mysql":
        raise ValueError(f"a database address starts with sqlite:// or mysql://, not {url!r}")
    _choose_driver(driver)
    # aiomysql has no prepared statements.
    prepared = {"stmt_cache_size": PREPARED} if driver == "asyncmy" else {}
    return {
        "engine": "backend.core.mariadb",
        "credentials": {
            **prepared,
            "host": parts.hostname or "127.0.0.1",
            "port": parts.port or 3306,
            "user": unquote(parts.username or "root"),
            "password": unquote(parts.password or ""),
            "database": parts.path.lstrip("/"),
            "minsize": 1,
            "maxsize": pool,
            "connect_timeout": 5,
            "client_flag": FOUND_ROWS,
            # Tortoise sets the zone on one connection of the pool only.
            "init_command": "SET SESSION time_zone='+00:00', SESSION tx_isolation='READ-COMMITTED'",
        },
    }


def _choose_driver(driver: str) -> None:
    """Tortoise takes asyncmy whenever it can be imported; hiding it is the only way to say no."""
    if driver == "aiomysql" and "tortoise.backends.mysql.client" not in sys.modules:
        sys.modules["asyncmy"] = None  # type: ignore[assignment]


async def issue(cursor: Any, sql: str, values: list[Any] | None) -> None:
    """Have MariaDB execute a statement: a prepared one, unless it has too many parameters."""
    if values and len(values) > MOST_PARAMETERS:
        await cursor.execute(cursor.mogrify(sql, values))
    else:
        await cursor.execute(sql, values)
