"""One town on one MariaDB database for all faults; processes per test."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE

from backend.core import cache, database, loader
from tests.conftest import MARIADB, create_mariadb, left_out, own_database
from tests.faults import proxy as proxies
from tests.faults.house import House, Server, populate
from tests.faults.proxy import Proxy


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A database of its own, `linli_test_faults_…`, dropped at the end."""
    made = House(own_database("faults_"), tmp_path_factory.mktemp("faults"))
    EXECUTOR_CACHE.clear()
    cache.connect("")
    loader.load_work()
    try:
        await create_mariadb(made.url)
    except Exception as error:
        await database.disconnect()
        left_out(f"MariaDB does not answer at {MARIADB} ({type(error).__name__})")
    await populate(made)
    await database.disconnect()
    yield made
    await made.execute(f"DROP DATABASE {made.url.rsplit('/', 1)[1]}")


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
