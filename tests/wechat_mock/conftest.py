"""A mock in this process, and a small client of it."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sanic import Sanic

from wechat_mock import create_app
from wechat_mock.world import Settings, Template, World

Sanic.test_mode = True
NUMBERS = itertools.count()

TEMPLATES = (
    Template("t-progress", "工单进度提醒", {"thing1": "事项", "time2": "时间", "phrase3": "状态"}),
    Template("t-due", "待办提醒", {"thing1": "事项", "date2": "截止日期"}),
    Template("t-long", "停水通知", {"thing1": "事项"}, type=3),
    Template("t-enum", "评价邀请", {"enum1": "类别"}, enums={"enum1": ["报修", "投诉"]}),
)


@dataclass
class Mock:
    """The mock's memory and an HTTP client of it."""

    world: World
    http: httpx.AsyncClient
    app: Any = None

    async def control(self, path: str, /, **body: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/control/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def token(self) -> str:
        body = {"grant_type": "client_credential", "appid": "wxtest", "secret": "hush"}
        return (await self.http.post("/cgi-bin/stable_token", json=body)).json()["access_token"]

    async def call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        query = {"access_token": await self.token()}
        if body is None:
            return (await self.http.get(path, params=query)).json()
        return (await self.http.post(path, params=query, json=body)).json()


@pytest.fixture
async def mock() -> AsyncIterator[Mock]:
    settings = Settings("wxtest", "hush", media_seconds=0.0)
    app = create_app(settings, name=f"mock{next(NUMBERS)}")
    app.ctx.world.templates |= {template.id: template for template in TEMPLATES}
    async with (
        LifespanManager(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://wechat.test"
        ) as http,
    ):
        yield Mock(app.ctx.world, http, app)
