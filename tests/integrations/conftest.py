"""The client of WeChat in front of the mock, both in this process."""

import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from fakeredis import FakeAsyncRedis
from sanic import Sanic

from backend.integrations import wechat
from tests.wechat_mock.conftest import TEMPLATES, Mock
from wechat_mock import create_app
from wechat_mock.world import Settings

Sanic.test_mode = True
NUMBERS = itertools.count()
ACCOUNT = wechat.Account("wxtest", "hush", "http://wechat.test", answer_seconds=1.0)
Make = Callable[..., wechat.WeChat]


@pytest.fixture
async def mock() -> AsyncIterator[Mock]:
    app = create_app(Settings("wxtest", "hush"), name=f"wechat{next(NUMBERS)}")
    app.ctx.world.templates |= {template.id: template for template in TEMPLATES}
    transport = httpx.ASGITransport(app=app)
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=transport, base_url="http://wechat.test") as http,
    ):
        yield Mock(app.ctx.world, http)


@pytest.fixture
async def redis() -> AsyncIterator[Any]:
    client = FakeAsyncRedis()
    yield client
    await client.aclose()


@pytest.fixture
async def make(mock: Mock) -> AsyncIterator[Make]:
    """Makes clients, each like a process of its own; all are closed in the end."""
    made: list[wechat.WeChat] = []

    def _make(store: wechat.Store | None = None) -> wechat.WeChat:
        transport = mock.http._transport
        made.append(wechat.WeChat(ACCOUNT, store, transport=transport))
        return made[-1]

    yield _make
    for client in made:
        await client.close()


@pytest.fixture
def weixin(make: Make, redis: Any) -> wechat.WeChat:
    return make(wechat.RedisStore(lambda: redis))
