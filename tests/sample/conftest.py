"""The sample city, composed once in memory, and a client of the demo."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from backend.app import create_app
from backend.core import clock, crypto, database, http
from backend.foundation.identity import queries as identity
from backend.sample import routes, seed
from backend.sample.city import DAYS
from backend.sample.seed import Sample
from backend.settings import Settings
from tests.conftest import KEYS

NOW = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
async def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The city of seed 7 on a Friday afternoon."""
    return await compose(tmp_path_factory.mktemp("sample"), 7, NOW)


@pytest.fixture(scope="session")
async def recent(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The city as it is now, with two days of demands."""
    return await compose(tmp_path_factory.mktemp("recent"), 7, clock.now(), days=2)


async def compose(folder: Path, number: int, now: datetime, days: int = DAYS) -> Sample:
    crypto.configure(KEYS)
    await database.connect(f"sqlite://{folder}/models.sqlite3")
    await database.disconnect()
    return seed.compose(number, now, days)


@pytest.fixture
async def demo(db: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole API with the demo's routes and real logins."""
    app = create_app(settings, name=f"linli-{os.urandom(4).hex()}", more=[routes.bp])
    app.asgi = True
    await app._startup()
    app.state.is_started = True
    http.configure(identity.authenticate, settings.request_deadline)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://linli.test/api/v1") as one:
        yield one
