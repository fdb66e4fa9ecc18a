"""WeChat's door: only WeChat comes in, and each of its calls counts once."""

import asyncio
import time

import httpx
import pytest

from backend.core import events, jobs
from backend.foundation.pushes import service
from backend.foundation.pushes.models import SeenPush
from backend.settings import settings
from tests.wechat_mock.conftest import Mock
from wechat_mock import push as wechat
from wechat_mock.world import Callback

URL = "/api/v1/wechat/push"
OPENID = "oResident0001"
EVENT = "subscribe_msg_popup_event"


def event(openid: str = OPENID, **fields: object) -> dict[str, object]:
    told = {"TemplateId": "t", "SubscribeStatusString": "accept", "PopupScene": "0"}
    return {
        "ToUserName": "gh_linli",
        "FromUserName": openid,
        "CreateTime": int(time.time()),
        "MsgType": "event",
        "Event": EVENT,
        "List": told,
    } | fields


@pytest.fixture
def callback(pushing: Mock) -> Callback:
    assert pushing.world.callback
    return pushing.world.callback


async def post(
    client: httpx.AsyncClient, query: dict[str, str], body: str | bytes
) -> httpx.Response:
    return await client.post(URL, params=query, content=body)


async def test_the_handshake(pushing: Mock, callback: Callback, client: httpx.AsyncClient) -> None:
    assert await wechat.verify(pushing.world, callback)
    forged = {"signature": "0" * 40, "timestamp": str(int(time.time())), "nonce": "1"}
    answer = await client.get(URL, params=forged | {"echostr": "hello"})
    assert answer.status_code == 403
    assert "hello" not in answer.text


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("several", [False, True])
async def test_pushes_are_taken_in_every_shape(
    pushing: Mock, callback: Callback, form: str, several: bool
) -> None:
    callback.format = form  # type: ignore[assignment]
    one = event()["List"]
    message = event(List=[one, one] if several else one)
    assert (await wechat.deliver(pushing.world, message))["delivered"]
    (job, *_) = await jobs.Job.filter(name="foundation.notify.reactions.heed_answers")
    assert job.payload["event"] == EVENT
    assert job.payload["openid"] == OPENID


async def test_a_repetition_has_no_second_effect(
    pushing: Mock, callback: Callback, client: httpx.AsyncClient
) -> None:
    """One after the other, and all at once."""
    reactions = len(events._reactions[service.WeChatPushed])
    assert reactions
    for openid in ("oFirst0001", "oSecond0001"):
        wrapped = [wechat.wrap(pushing.world, callback, event(openid)) for _ in range(6)]
        answers = [await post(client, *wrapped[0]), await post(client, *wrapped[1])]
        answers += await asyncio.gather(*(post(client, *one) for one in wrapped))
        assert {(one.status_code, one.text) for one in answers} == {(200, "success")}
    assert await SeenPush.all().count() == 2
    assert await jobs.Job.all().count() == 2 * reactions


async def test_what_differs_is_not_a_repetition(pushing: Mock, callback: Callback) -> None:
    for message in (event(), event(Event="subscribe_msg_change_event"), event("oOther00001")):
        assert (await wechat.deliver(pushing.world, message))["delivered"]
    assert await SeenPush.all().count() == 3


async def test_forgeries_are_turned_away(
    pushing: Mock, callback: Callback, client: httpx.AsyncClient
) -> None:
    query, body = wechat.wrap(pushing.world, callback, event())
    plain = Callback(callback.url, callback.token, mode="plain")
    other_key = Callback(callback.url, callback.token, "A" * 43, mode="aes")
    other_token = Callback(callback.url, "not-ours", callback.aes_key, mode="aes")
    pushing.world.offset = -3600
    stale = wechat.wrap(pushing.world, callback, event())
    pushing.world.offset = 0
    forged = {
        "signature": (query | {"msg_signature": "0" * 40}, body),
        "no signature": ({}, body),
        "nonce": (query | {"nonce": "1"}, body),
        "body": (query, body.replace('"Encrypt": "', '"Encrypt": "A')),
        "another's body": (query, wechat.wrap(pushing.world, callback, event("oEvil00001"))[1]),
        "plain": wechat.wrap(pushing.world, plain, event()),
        "key": wechat.wrap(pushing.world, other_key, event()),
        "token": wechat.wrap(pushing.world, other_token, event()),
        "age": stale,
        "nothing": (query, ""),
        "noise": (query, b"\xff\xfe<xml>"),
        "too much": (query, b"{" + b" " * 300_000 + b"}"),
        "entities": (query, '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'),
    }
    for what, (asked, content) in forged.items():
        answer = await post(client, asked, content)
        assert (answer.status_code, answer.json()["code"]) == (403, "push_refused"), what
    assert await SeenPush.all().count() == 0
    assert await jobs.Job.all().count() == 0


async def test_what_cannot_be_written_down_is_not_taken(
    pushing: Mock, callback: Callback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeChat repeats it then; the key must not have been kept without its effects."""

    async def fail(_: object) -> None:
        raise OSError("the database is gone")

    with monkeypatch.context() as outage:
        outage.setattr(service, "emit", fail)
        assert not (await wechat.deliver(pushing.world, event()))["delivered"]
    assert await SeenPush.all().count() == 0
    message = event()
    assert (await wechat.deliver(pushing.world, message))["delivered"]


async def test_old_keys_are_forgotten(pushing: Mock, callback: Callback) -> None:
    await wechat.deliver(pushing.world, event())
    await service.forget_old()
    assert await SeenPush.all().count() == 1
    row = await SeenPush.get()
    await SeenPush.filter(id=row.id).update(created_at=row.created_at - service.KEPT)
    await service.forget_old()
    assert await SeenPush.all().count() == 0


def test_the_door_is_locked_with_an_aes_key() -> None:
    assert len(settings().wechat_push_aes_key.get_secret_value()) == 43
