"""A database of one's own for tests that make tables themselves: `scratch`, on both dialects."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql
import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE

from tests.conftest import MARIADB, left_out, own_database

SERVER = urlsplit(MARIADB)


@dataclass(frozen=True)
class Scratch:
    """An empty database; `folder` is an empty directory of this test."""

    dialect: str
    url: str
    folder: Path

    def config(self, *models: str, migrations: str | None = None) -> dict[str, Any]:
        """Tortoise's configuration for these model modules, all in the app "models"."""
        app: dict[str, Any] = {
            "models": list(models or ["backend.core"]),
            "default_connection": "default",
        }
        if migrations:
            app["migrations"] = migrations
        return {"connections": {"default": self.url}, "apps": {"models": app}}


def _server() -> pymysql.connections.Connection:
    return pymysql.connect(
        host=SERVER.hostname or "127.0.0.1",
        port=SERVER.port or 3306,
        user=unquote(SERVER.username or "root"),
        password=unquote(SERVER.password or ""),
        connect_timeout=2,
    )


@contextmanager
def mariadb(folder: Path, what: str = "scratch") -> Iterator[Scratch]:
    """A MariaDB database for one test; leaves the test out where no server answers."""
    try:
        server = _server()
    except pymysql.err.OperationalError as reason:
        left_out(f"MariaDB does not answer: {reason}")
    url = own_database(f"{what}_")
    name = url.rsplit("/", 1)[1]
    with server, server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        yield Scratch("mysql", url, folder)
        cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def second_database(scratch: Scratch) -> Iterator[Scratch]:
    """One more, of the same dialect."""
    EXECUTOR_CACHE.clear()
    if scratch.dialect == "mysql":
        with mariadb(scratch.folder, "second") as other:
            yield other
    else:
        yield Scratch("sqlite", f"sqlite://{scratch.folder}/second.sqlite3", scratch.folder)


@pytest.fixture(params=["sqlite", "mysql"])
def scratch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scratch]:
    # Tortoise keeps INSERT statements by connection name and table, whatever the dialect.
    EXECUTOR_CACHE.clear()
    if request.param == "sqlite":
        yield Scratch("sqlite", f"sqlite://{tmp_path}/scratch.sqlite3", tmp_path)
    else:
        with mariadb(tmp_path) as database:
            yield database
