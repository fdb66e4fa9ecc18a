"""WeChat's stand-in, in this process."""

import itertools
from collections.abc import AsyncIterator

import httpx
import pytest
from asgi_lifespan import LifespanManager

from backend.integrations import wechat
from tests.wechat_mock.conftest import Mock
from wechat_mock import create_app
from wechat_mock.world import Settings

NUMBERS = itertools.count()


@pytest.fixture
async def weixin(db: str) -> AsyncIterator[Mock]:
    """The mock, and the product's client in front of it."""
    app = create_app(Settings("wxtest", "hush", media_seconds=0), name=f"files{next(NUMBERS)}")
    transport = httpx.ASGITransport(app=app)
    account = wechat.Account("wxtest", "hush", "http://wechat.test", answer_seconds=1.0)
    wechat.configure(wechat.WeChat(account, transport=transport))
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=transport, base_url="http://wechat.test") as http,
    ):
        yield Mock(app.ctx.world, http)
    await wechat.close()
