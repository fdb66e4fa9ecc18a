"""People as the room itself makes them, with WeChat's mock behind the login."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager

from backend.core import cache, http
from backend.foundation.areas.models import Area
from backend.foundation.areas.rules import Level, sibling_key
from backend.foundation.identity import queries
from backend.integrations import wechat
from backend.integrations.wechat import Account, WeChat
from backend.integrations.wechat_tokens import RedisStore
from backend.settings import Settings
from wechat_mock import create_app
from wechat_mock.world import Settings as MockSettings

NUMBERS = itertools.count()


@dataclass
class World:
    """The API behind real logins, and the control plane of WeChat's mock."""

    api: httpx.AsyncClient
    mock: httpx.AsyncClient

    async def code(self, kind: str, **body: Any) -> str:
        answer = await self.mock.post(f"/control/{kind}", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    async def sign_in(self, openid: str, device: str = "手机") -> tuple[dict[str, str], Any]:
        """Headers and the answer of a login by WeChat."""
        body = {"code": await self.code("login-code", openid=openid), "device": device}
        answer = await self.api.post("/api/v1/auth/wechat", json=body)
        assert answer.status_code == 200, answer.text
        return {"authorization": f"Bearer {answer.json()['token']}"}, answer.json()


@pytest.fixture
async def world(client: httpx.AsyncClient, settings: Settings) -> AsyncIterator[World]:
    queries._known.clear()
    http.configure(queries.authenticate, settings.request_deadline)
    app = create_app(MockSettings("wxtest", "hush"), name=f"identity-mock-{next(NUMBERS)}")
    async with LifespanManager(app):
        transport = httpx.ASGITransport(app=app)
        account = Account("wxtest", "hush", base_url="http://wechat.test")
        wechat.configure(WeChat(account, RedisStore(cache.redis), transport=transport))
        async with httpx.AsyncClient(transport=transport, base_url="http://wechat.test") as mock:
            yield World(client, mock)
        await wechat.close()


async def area(level: Level, name: str, parent: Area | None = None) -> Area:
    one = await Area.create(
        parent_id=parent and parent.id,
        level=level,
        name=name,
        sibling_key=sibling_key(parent and parent.id, name),
    )
    one.path = f"{parent.path if parent else '/'}{one.id}/"
    await one.save()
    return one


@dataclass
class Town:
    county: Area
    street: Area
    spring: Area
    autumn: Area


@pytest.fixture
async def town(db: str) -> Town:
    county = await area(Level.COUNTY, "沂南县")
    street = await area(Level.STREET, "望山街道", county)
    spring = await area(Level.COMMUNITY, "春晖社区", street)
    return Town(county, street, spring, await area(Level.COMMUNITY, "秋实社区", street))
