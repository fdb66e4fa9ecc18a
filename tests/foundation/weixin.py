"""WeChat's stand-in, in this process: fixtures for the rooms that talk to it."""

import itertools
from collections.abc import AsyncIterator

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sanic.signals import Event

from backend.integrations import wechat
from backend.settings import settings
from tests.wechat_mock.conftest import Mock
from wechat_mock import create_app
from wechat_mock.world import Callback, Settings

NUMBERS = itertools.count()
PUSH_URL = "http://linli.test/api/v1/wechat/push"


async def _nothing(**_: object) -> None: ...


@pytest.fixture
async def weixin(db: str) -> AsyncIterator[Mock]:
    """The mock, and the product's client in front of it."""
    appid = settings().wechat_appid
    world = Settings(appid, "hush", media_seconds=0)
    app = create_app(world, name=f"weixin{next(NUMBERS)}")
    # Sanic rewrites its own class by the signals of the application that started last: what the
    # API listens to is then dispatched here as well, and must not be unknown.
    for event in Event:
        if event.value.startswith("http."):
            app.signal(event.value)(_nothing)
    transport = httpx.ASGITransport(app=app)
    account = wechat.Account(appid, "hush", "http://wechat.test", answer_seconds=1.0)
    wechat.configure(wechat.WeChat(account, transport=transport))
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=transport, base_url="http://wechat.test") as http,
    ):
        yield Mock(app.ctx.world, http)
    await wechat.close()


@pytest.fixture
def pushing(weixin: Mock, client: httpx.AsyncClient) -> Mock:
    """The same, and it pushes to the API and fetches from it."""
    known = settings()
    weixin.world.settings.transport = client._transport
    weixin.world.callback = Callback(
        url=PUSH_URL,
        token=known.wechat_push_token.get_secret_value(),
        aes_key=known.wechat_push_aes_key.get_secret_value(),
        mode="aes",
    )
    return weixin
