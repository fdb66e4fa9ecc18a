"""How the mock pushes: three tries, five seconds, handshake, duplicates and forgeries on order."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.wechat_mock.conftest import Mock
from tests.wechat_mock.pay.conftest import until
from wechat_mock import push
from wechat_mock.world import Callback

URL = "http://linli.test/api/v1/wechat/push"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
Serve = Callable[[httpx.Request], httpx.Response]


def listen(mock: Mock, serve: Serve, mode: str = "plain", form: str = "json") -> None:
    mock.world.settings.transport = httpx.MockTransport(serve)
    key = "" if mode == "plain" else KEY
    mock.world.callback = Callback(URL, "token", key, mode, form)  # type: ignore[arg-type]


async def event(mock: Mock, **changes: Any) -> dict[str, Any]:
    return await mock.control("push", **({"event": "debug_demo", "openid": "oResident1"} | changes))


@pytest.mark.parametrize(
    ("answers", "tries", "is_taken"),
    [
        ([httpx.Response(200, text="success")], 1, True),
        ([httpx.Response(200, text="")], 1, True),
        ([httpx.Response(500), httpx.Response(200, text="success")], 2, True),
        ([httpx.Response(200, text="no idea")] * 3, 3, False),
        ([httpx.Response(503)] * 9, 3, False),
    ],
)
async def test_three_tries(
    mock: Mock, answers: list[httpx.Response], tries: int, is_taken: bool
) -> None:
    waiting = list(answers)
    listen(mock, lambda request: waiting.pop(0))
    (result,) = (await event(mock))["results"]
    assert (len(result["attempts"]), result["delivered"]) == (tries, is_taken)
    assert mock.world.pushes[-1]["delivered"] is is_taken


async def test_a_silent_server_is_tried_again(mock: Mock) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("five seconds")

    listen(mock, silent)
    (result,) = (await event(mock))["results"]
    assert [attempt["body"] for attempt in result["attempts"]] == ["ReadTimeout"] * 3


async def test_each_try_is_signed_anew_but_says_the_same(mock: Mock) -> None:
    seen: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500)

    listen(mock, keep)
    await event(mock, times=2)
    assert len(seen) == 6
    assert len({request.content for request in seen}) == 1
    assert len({request.url.params["nonce"] for request in seen}) == 6
    for request in seen:
        query = request.url.params
        assert query["signature"] == push.sign("token", query["timestamp"], query["nonce"])
        assert query["openid"] == "oResident1"


async def test_a_whole_message_and_a_forged_query(mock: Mock) -> None:
    seen: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="success")

    listen(mock, keep)
    text = {"MsgType": "text", "Content": "你好", "MsgId": 1}
    await event(mock, message=text, query={"signature": "forged"})
    assert json.loads(seen[0].content).items() >= text.items()
    assert "Event" not in json.loads(seen[0].content)
    assert seen[0].url.params["signature"] == "forged"


async def test_without_callback_nothing_is_pushed(mock: Mock) -> None:
    (result,) = (await event(mock))["results"]
    assert result["delivered"] is False


async def test_the_handshake_is_asked_for(mock: Mock) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        query = request.url.params
        good = query["signature"] == push.sign("token", query["timestamp"], query["nonce"])
        return httpx.Response(200, text=query["echostr"] if good else "no")

    mock.world.settings.transport = httpx.MockTransport(echo)
    body = {"url": URL, "token": "token", "mode": "aes", "aes_key": KEY}
    assert await mock.control("callback", **body) == {"verified": True}
    assert mock.world.callback == Callback(URL, "token", KEY, "aes", "json")
    refused = await mock.http.post("/control/callback", json=body | {"token": "other"})
    assert refused.status_code == 400
    assert mock.world.callback.token == "token"
    await mock.control("callback", **body | {"token": "other", "verify": False})
    assert mock.world.callback.token == "other"


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "aes"},
        {"mode": "aes", "aes_key": "short"},
        {"url": "linli.test"},
        {"token": ""},
        {"format": "yaml"},
        {"surprise": 1},
    ],
)
async def test_a_wrong_callback_is_refused(mock: Mock, changes: dict[str, Any]) -> None:
    body = {"url": URL, "token": "token", "verify": False} | changes
    assert (await mock.http.post("/control/callback", json=body)).status_code == 400
    assert mock.world.callback is None


@pytest.mark.parametrize("form", ["xml", "json"])
async def test_people_and_sends_cause_events(mock: Mock, form: str) -> None:
    seen: list[str] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request.content.decode())
        return httpx.Response(200, text="success")

    listen(mock, keep, form=form)
    await mock.control("subscribe", openid="oResident1", template_id="t-due")
    body = {"thing1": {"value": "缴费"}, "date2": {"value": "2026年11月22日"}}
    sent = {"touser": "oResident1", "template_id": "t-due", "data": body}
    assert (await mock.call("/cgi-bin/message/subscribe/send", sent))["errcode"] == 0
    await mock.control("subscribe/settings", openid="oResident1", template_id="t-due")
    await until(lambda: len(seen) == 3)
    names = ("subscribe_msg_popup_event", "subscribe_msg_sent_event", "subscribe_msg_change_event")
    assert [next(name for name in names if name in text) for text in seen] == list(names)
    if form == "json":
        assert isinstance(json.loads(seen[0])["List"], dict)  # one entry comes bare
    else:
        assert "<SubscribeMsgPopupEvent><List><TemplateId>" in seen[0]


async def test_several_answers_come_as_a_list(mock: Mock) -> None:
    seen: list[bytes] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, text="success")

    listen(mock, keep)
    results = {"t-due": "accept", "t-progress": "reject"}
    await mock.control("subscribe", openid="oResident1", results=results)
    await until(lambda: seen)
    listed = json.loads(seen[0])["List"]
    assert [entry["SubscribeStatusString"] for entry in listed] == ["accept", "reject"]


def test_text_cannot_break_out_of_xml() -> None:
    text = push.to_xml({"Content": "]]><Event>forged</Event>", "List": [{"a": 1}, {"a": True}]})
    assert text == (
        "<xml><Content><![CDATA[]]]]><![CDATA[><Event>forged</Event>]]></Content>"
        "<List><a>1</a></List><List><a>true</a></List></xml>"
    )
