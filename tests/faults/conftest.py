"""One town on one MariaDB database for all faults; processes per test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from tortoise import Tortoise, connections
from tortoise.backends.base.executor import EXECUTOR_CACHE

from backend.core import cache, database, loader, migrations
from tests.conftest import MARIADB, left_out
from tests.faults import proxy as proxies
from tests.faults.house import House, Server, populate
from tests.faults.proxy import Proxy


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A database of its own, `linli_test_faults_…`, dropped at the end."""
    root, prefix = MARIADB.rsplit("/", 1)
    name = f"{prefix}_faults_{crc32(str(Path(__file__)).encode()):08x}_{os.getpid()}"
    made = House(f"{root}/{name}", tmp_path_factory.mktemp("faults"))
    EXECUTOR_CACHE.clear()
    cache.connect("")
    for part in ("reactions", "jobs"):
        loader.load(part)
    try:
        await database.connect(f"{root}/")
        await database.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        await database.disconnect()
    except Exception as error:
        await database.disconnect()
        left_out(f"MariaDB does not answer at {MARIADB} ({type(error).__name__})")
    await database.connect(made.url)
    models = list((Tortoise.apps or {})["app"].values())
    await migrations.create_schema(connections.get("default"), models)
    await populate(made)
    await database.disconnect()
    yield made
    await made.execute(f"DROP DATABASE {name}")


DEADLINE = 2.0
POOL = 4


@pytest.fixture(scope="session")
async def line(house: House) -> AsyncIterator[tuple[Proxy, Server]]:
    parts = urlsplit(house.url)
    settings = {"LINLI_REQUEST_DEADLINE": str(DEADLINE), "LINLI_DATABASE_POOL": str(POOL)}
    async with proxies.before(parts.hostname or "127.0.0.1", parts.port or 3306) as proxy:
        with house.api(proxy.port, **settings) as server:
            yield proxy, await server.ready()


@pytest.fixture
def proxy(line: tuple[Proxy, Server]) -> Iterator[Proxy]:
    """A proxy before MariaDB, whole again after each test."""
    yield line[0]
    line[0].heal()


@pytest.fixture
def server(line: tuple[Proxy, Server]) -> Server:
    """An API behind the proxy: 2 s for a request, four connections."""
    return line[1]


@pytest.fixture(scope="session")
async def narrow(house: House, line: tuple[Proxy, Server]) -> AsyncIterator[Server]:
    """A further API behind the proxy, with one connection: each statement goes over that one."""
    with house.api(line[0].port, LINLI_DATABASE_POOL="1") as server:
        yield await server.ready()
