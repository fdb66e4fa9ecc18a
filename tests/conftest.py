"""Fixtures of all tests: a migrated, empty database on SQLite and on MariaDB, and a client."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any, NoReturn
from zlib import crc32

import httpx
import hypothesis
import pytest
from sanic import Sanic
from sanic.touchup import TouchUp
from tortoise import Tortoise, connections
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.models import Model
from xdist.scheduler import LoadScopeScheduling

from backend.app import create_app
from backend.core import cache, crypto, database, http, loader, migrations, tasks
from backend.core.actor import Actor, Post, Role
from backend.integrations import storage
from backend.integrations.storage import Storage
from backend.settings import Settings
from tests.city import Demo, running

MARIADB = os.environ.get("LINLI_TEST_DATABASE_URL", "mysql://root@127.0.0.1:3306/linli_test")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
KEYS = "test:" + "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktMTIzNDU="
Sanic.test_mode = True
# How long an example takes says more about the machine's other work than about ours.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def own_redis() -> str:
    """A database of Redis for this worker alone, counted on from the one that is named."""
    address = os.environ.get("LINLI_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
    server, _, number = address.rpartition("/")
    return f"{server}/{int(number) + int(WORKER.removeprefix('gw')) % 4}"


def own_database(what: str = "") -> str:
    """The address of a MariaDB database of this worker of this checkout alone. One that a run left
    which was cut off is made anew."""
    checkout = crc32(str(Path(__file__)).encode())
    return f"{MARIADB}_{what}{checkout:08x}_{WORKER}"


GROUPS = {"faults": "faults", "stories": "city", "fuzz": "fuzz", "browser": "browser"}
"""Folders whose tests share processes: each group stays on one worker of pytest-xdist."""


class Grouped(LoadScopeScheduling):
    """Test by test, except for the groups. (xdist 3.8's own `loadgroup` is without effect under
    pytest 9.2: it marks `_nodeid`, which nobody reads any more.)"""

    def _split_scope(self, nodeid: str) -> str:
        return next((GROUPS[one] for one in nodeid.split("/")[:-1] if one in GROUPS), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Grouped:
    return Grouped(config, log)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("db") / "template.sqlite3"


def _models() -> list[type[Model]]:
    return list((Tortoise.apps or {})["app"].values())


async def _create_schema() -> None:
    await migrations.create_schema(connections.get("default"), _models())


@pytest.fixture(params=["sqlite", "mariadb"])
async def db(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> AsyncIterator[str]:
    """An empty database with every table; the value is its address."""
    # Tortoise keeps INSERT statements by connection name and table, whatever the dialect.
    EXECUTOR_CACHE.clear()
    crypto.configure(KEYS)
    cache.connect("")
    storage.configure(Storage(tmp_path / "files"))
    loader.load_work()
    url = await (_sqlite(tmp_path, sqlite_template) if request.param == "sqlite" else _mariadb())
    yield url
    await tasks.cancel_all()
    if request.param == "mariadb":
        await _empty()
    await database.disconnect()
    await cache.disconnect()


async def _sqlite(tmp_path: Path, template: Path) -> str:
    if not os.path.exists(template):  # noqa: ASYNC240
        await database.connect(f"sqlite://{template}?synchronous=OFF&journal_mode=DELETE")
        await _create_schema()
        await database.disconnect()
    path = tmp_path / "test.sqlite3"
    shutil.copy(template, path)
    url = f"sqlite://{path}?synchronous=OFF"
    await database.connect(url)
    return url


_prepared: set[str] = set()
_unreachable: list[str] = []


def left_out(why: str) -> NoReturn:
    """Skip the test, and say so loudly at the end; where nothing may be left out, fail."""
    if os.environ.get("LINLI_TEST_STRICT"):
        pytest.fail(why)
    pytest.skip(f"LEFT OUT: {why}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    for why in sorted(
        {text.split("LEFT OUT: ")[1].rstrip("')") for text in skipped if "LEFT OUT" in text}
    ):
        terminalreporter.section("LEFT OUT", sep="!", red=True)
        terminalreporter.line(why)


async def _mariadb() -> str:
    url = own_database()
    if _unreachable:
        left_out(_unreachable[0])
    if url not in _prepared:
        try:
            await create_mariadb(url)
        except Exception as error:
            await database.disconnect()
            _unreachable.append(f"MariaDB does not answer at {MARIADB} ({type(error).__name__})")
            left_out(_unreachable[0])
        _prepared.add(url)
    else:
        await database.connect(url)
    return url


async def create_mariadb(url: str) -> None:
    """Make the database at this address, with every table, and stay connected."""
    root, name = url.rsplit("/", 1)
    await database.connect(f"{root}/")
    await database.execute(f"DROP DATABASE IF EXISTS {name}")
    await database.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    await database.disconnect()
    await database.connect(url)
    await _create_schema()


async def _empty() -> None:
    found = await database.rows(
        "SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE()"
    )
    names = [row["t"] for row in found]
    probe = " UNION ALL ".join(
        f"SELECT '{n}' AS t WHERE EXISTS (SELECT 1 FROM `{n}`)" for n in names
    )
    used = [row["t"] for row in await database.rows(probe)] if names else []
    if used:
        statements = ["SET FOREIGN_KEY_CHECKS=0", *(f"DELETE FROM `{n}`" for n in used)]
        async with database.transaction():
            for statement in [*statements, "SET FOREIGN_KEY_CHECKS=1"]:
                await database.execute(statement)


@pytest.fixture
def settings(db: str, tmp_path: Path) -> Settings:
    return Settings(environment="test", database_url=db, secret_keys=KEYS, data_dir=tmp_path)


class People:
    """Who is signed in during a test: token → actor, without the rooms that do it for real."""

    def __init__(self) -> None:
        self.known: dict[str, Actor] = {}
        self.posts = count(1)

    async def authenticate(self, token: str) -> Actor | None:
        return self.known.get(token)

    def sign_in(
        self, user_id: int, *posts: tuple[Role, int, str], unit_id: int | None = None
    ) -> dict[str, str]:
        """Headers of a person with these posts: (role, area id, area path)."""
        held = tuple(Post(next(self.posts), *post, unit_id=unit_id) for post in posts)
        token = f"token-of-{user_id}-{len(self.known)}"
        self.known[token] = Actor(user_id, held)
        return {"authorization": f"Bearer {token}"}


@pytest.fixture
def people() -> People:
    return People()


_apps: dict[tuple[Any, ...], Sanic[Any, Any]] = {}


async def _app(settings: Settings) -> Sanic[Any, Any]:
    """The application with its hundreds of routes in order. It knows neither database nor people,
    so it is made once for all tests that ask for one alike."""
    alike = (settings.upload_limit, settings.trusted_proxies, settings.h5_dir)
    if alike not in _apps:
        app = create_app(settings, name=f"linli-{os.urandom(4).hex()}")
        app.asgi = True
        await app._startup()
        app.state.is_started = True
        _apps[alike] = app
    # Sanic cuts its own classes to the application that started last.
    TouchUp.run(_apps[alike])
    return _apps[alike]


@pytest.fixture
async def client(db: str, settings: Settings, people: People) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole API in this process, on the database of `db`."""
    app = await _app(settings)
    http.configure(people.authenticate, settings.request_deadline)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as one:
        yield one


@pytest.fixture(scope="session")
def demo_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The throw-away demo over HTTP: sample city, API, worker, WeChat mock, all as processes."""
    with running(tmp_path_factory.mktemp("city") / "log") as demo:
        yield demo
