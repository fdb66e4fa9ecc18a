"""Texts are judged after the fact; risky ones are hidden, unjudged ones stay."""

from collections.abc import AsyncIterator

import httpx
import pytest

from backend.core import cache, jobs
from backend.foundation.identity.models import User
from backend.foundation.words import service as words
from backend.integrations import wechat
from backend.integrations.wechat import Account, WeChat
from backend.integrations.wechat_tokens import RedisStore

TEXTS = {1: "请帮我买双鞋", 2: "不好听的话"}
hidden: list[int] = []
asked: list[str] = []


async def _read(row_id: int) -> str | None:
    return TEXTS.get(row_id)


async def _hide(row_id: int) -> None:
    hidden.append(row_id)


@pytest.fixture(autouse=True)
async def judge(db: str) -> AsyncIterator[None]:
    """WeChat, which does not like the second text and does not know where `away` is."""
    hidden.clear()
    asked.clear()
    words._kinds["test"] = words._Kind(_read, _hide)

    def answer(request: httpx.Request) -> httpx.Response:
        if "token" in request.url.path:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        said = request.content.decode()
        asked.append(said)
        if "away" in said:
            return httpx.Response(200, json={"errcode": 61010, "errmsg": "away"})
        suggest = "pass" if "鞋" in said or "\\u978b" in said else "risky"
        result = {"suggest": suggest, "label": 100}
        return httpx.Response(200, json={"errcode": 0, "errmsg": "ok", "result": result})

    account = Account("wxtest", "hush", base_url="http://wechat.test")
    store = RedisStore(cache.redis)
    wechat.configure(WeChat(account, store, transport=httpx.MockTransport(answer)))
    yield
    await wechat.close()
    del words._kinds["test"]


async def _written(row_id: int, openid: str | None = "openid-ann") -> None:
    user = await User.create(nickname="安", openid=openid)
    await words.written("test", row_id, user.id)
    while await jobs.run_due():
        pass
    assert await jobs.dead() == []


async def test_risky_ones_are_hidden_others_stay() -> None:
    await _written(1)
    assert hidden == []
    await _written(2, "openid-bob")
    assert hidden == [2]
    assert len(asked) == 2


async def test_what_cannot_be_judged_stays() -> None:
    await _written(2, "away")
    await _written(2, None)
    await _written(3, "openid-cat")
    assert hidden == []
    assert len(asked) == 1


async def test_a_kind_is_declared_once() -> None:
    with pytest.raises(RuntimeError):
        words.declare("test", read=_read, hide=_hide)
