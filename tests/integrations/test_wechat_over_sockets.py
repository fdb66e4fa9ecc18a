"""The mock as its own process: our client, our receiver and a foreign SDK over real sockets."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import APILimitedException, WeChatClientException

from backend.core.leash import leashed
from backend.integrations import wechat, wechat_push
from backend.integrations.wechat_push import Push, PushRefused, Receiver

ROOT = Path(__file__).parents[2]
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TEMPLATES = [{"id": "t-due", "title": "待办提醒", "fields": {"thing1": "事项"}}]
FIELDS = {"thing1": {"value": "缴费"}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the mock did not start: {process.poll()}")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a mock started as the demo starts it."""
    file = tmp_path_factory.mktemp("mock") / "templates.json"
    file.write_text(json.dumps(TEMPLATES), encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "wechat_mock", "--port", str(port), "--media-seconds", "0"]
    command += ["--appid", "wxtest", "--secret", "hush", "--templates", str(file)]
    process = subprocess.Popen(
        leashed(*command),
        env=os.environ | {"PYTHONPATH": str(ROOT / "miniprogram-mock")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def control(base: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{base}/control", trust_env=False) as http:
        await http.post("/reset")
        yield http


@pytest.fixture
async def weixin(base: str) -> AsyncIterator[wechat.WeChat]:
    client = wechat.WeChat(wechat.Account("wxtest", "hush", base, answer_seconds=2.0))
    yield client
    await client.close()


class Server:
    """Our side of the push: a bare HTTP server around the Receiver, dropping repetitions."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.taken: dict[str, Push] = {}
        self.repeated = 0
        self.refused: list[str] = []
        self.file = b"picture"

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        lines = (line.partition(":") for line in head.split("\r\n")[1:])
        headers = {name.lower(): value.strip() for name, _, value in lines}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        status, content = self._answer(method, httpx.URL(target), body)
        ending = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(content)
        writer.write(b"HTTP/1.1 %d OK\r\n" % status + ending + content)
        await writer.drain()
        writer.close()

    def _answer(self, method: str, url: httpx.URL, body: bytes) -> tuple[int, bytes]:
        if url.path == "/file.jpg":
            return 200, self.file
        try:
            if method == "GET":
                return 200, self.receiver.verify(url.params).encode()
            push = self.receiver.open(url.params, body)
        except PushRefused as error:
            self.refused.append(str(error))
            return 403, b""
        self.repeated += push.key in self.taken
        self.taken.setdefault(push.key, push)
        return 200, wechat_push.TAKEN.encode()

    async def wait(self, number: int) -> list[Push]:
        for _ in range(200):
            if len(self.taken) >= number:
                break
            await asyncio.sleep(0.02)
        return list(self.taken.values())


@pytest.fixture
async def ours() -> AsyncIterator[tuple[Server, str]]:
    server = Server(Receiver("wxtest", "pushtoken", KEY))
    listening = await asyncio.start_server(server, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield server, f"http://127.0.0.1:{port}"
    listening.close()
    await listening.wait_closed()


async def register(control: httpx.AsyncClient, url: str, form: str, mode: str = "aes") -> None:
    body = {"url": f"{url}/push", "token": "pushtoken", "mode": mode, "format": form}
    answer = await control.post("/callback", json=body | {"aes_key": KEY})
    assert answer.json() == {"verified": True}


async def test_from_login_to_message(control: httpx.AsyncClient, weixin: wechat.WeChat) -> None:
    code = (await control.post("/login-code", json={"openid": "oResident1"})).json()["code"]
    session = await weixin.code_to_session(code)
    made = {"openid": session.openid, "phone": "13800000001"}
    phone = (await control.post("/phone-code", json=made)).json()["code"]
    assert (await weixin.phone_number(phone)).number == "13800000001"
    await control.post("/subscribe", json={"openid": session.openid, "template_id": "t-due"})
    sent = {"thing1": "缴费"}
    message_id = await weixin.send_subscribe_message(session.openid, "t-due", sent)
    delivered = (await control.get("/messages")).json()["items"]
    assert [str(message["id"]) for message in delivered] == [message_id]
    picture = await weixin.wxacode_unlimited("c=7", "pages/scan/index")
    assert picture.content.startswith(b"\x89PNG")
    assert (await weixin.check_text("办假证", session.openid)).suggest == "risky"


async def test_a_picture_is_judged_by_push(
    control: httpx.AsyncClient, weixin: wechat.WeChat, ours: tuple[Server, str]
) -> None:
    server, url = ours
    await register(control, url, "xml")
    await control.post("/visit", json={"openid": "oResident1"})
    await control.post("/media", json={"match": "/file.jpg", "suggest": "review", "label": 20002})
    trace = await weixin.check_media(f"{url}/file.jpg", "oResident1")
    (push,) = await server.wait(1)
    found = wechat_push.media_verdict(push)
    assert found.trace_id == trace
    assert found.verdict is not None
    assert found.verdict.suggest == "review"


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("mode", ["aes", "compat"])
async def test_pushes_are_taken_once_and_forgeries_never(
    control: httpx.AsyncClient, ours: tuple[Server, str], form: str, mode: str
) -> None:
    server, url = ours
    await register(control, url, form, mode)
    asked = {"event": "debug_demo", "openid": "oResident1", "times": 3}
    answer = (await control.post("/push", json=asked)).json()
    assert all(result["delivered"] for result in answer["results"])
    assert (len(server.taken), server.repeated) == (1, 2)
    for forged in ({"msg_signature": "0" * 40}, {"timestamp": "1"}, {"encrypt_type": "raw"}):
        answer = (await control.post("/push", json=asked | {"query": forged, "times": 1})).json()
        assert [len(result["attempts"]) for result in answer["results"]] == [3]
    assert len(server.refused) == 9
    assert len(server.taken) == 1


async def test_a_captured_push_replayed_later_is_too_old(
    control: httpx.AsyncClient, ours: tuple[Server, str]
) -> None:
    server, url = ours
    await register(control, url, "json")
    await control.post("/clock", json={"advance_seconds": 600})
    await control.post("/push", json={"event": "debug_demo", "openid": "oResident1"})
    assert server.refused == ["too old"] * 3
    await control.post("/clock", json={"reset": True})


async def test_where_nobody_listens_nothing_was_sent() -> None:
    client = wechat.WeChat(wechat.Account("wxtest", "hush", f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(wechat.Unreachable) as caught:
        await client.code_to_session("code")
    assert caught.value.advice == "retry"
    await client.close()


async def test_a_server_that_hangs_up_leaves_the_outcome_unknown() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        client = wechat.WeChat(wechat.Account("wxtest", "hush", f"http://127.0.0.1:{port}"))
        with pytest.raises(wechat.Unreachable) as caught:
            await client.code_to_session("code")
        await client.close()
    assert caught.value.advice == "unknown"


async def test_a_trickling_server_meets_the_deadline() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        account = wechat.Account("wxtest", "hush", f"http://127.0.0.1:{port}", 0.2, 0.2)
        client = wechat.WeChat(account)
        with pytest.raises(wechat.Unreachable):
            await client.code_to_session("code")
        await client.close()


# -- a foreign SDK -----------------------------------------------------------------------------
class Foreign(WeChatClient):
    """wechatpy with its two hard-wired addresses moved to the mock; nothing else is changed."""

    base = ""

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        moved = url_or_endpoint.replace("https://api.weixin.qq.com", self.base)
        if not moved.startswith("http"):
            api = kwargs.pop("api_base_url", self.API_BASE_URL)
            moved = api.replace("https://api.weixin.qq.com", self.base) + moved
        return super()._request(method, moved, **kwargs)

    def fetch_access_token(self) -> Any:
        query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return self._fetch_access_token(f"{self.base}/cgi-bin/token", query)


@pytest.fixture
def foreign(base: str, control: httpx.AsyncClient) -> Foreign:
    client = Foreign("wxtest", "hush", timeout=5, auto_retry=False)
    client.base = base
    return client


async def test_a_foreign_sdk_logs_in(foreign: Foreign, control: httpx.AsyncClient) -> None:
    code = (await control.post("/login-code", json={"openid": "oResident1"})).json()["code"]
    found = await asyncio.to_thread(foreign.wxa.code_to_session, code)
    assert found["openid"] == "oResident1"
    with pytest.raises(WeChatClientException) as caught:
        await asyncio.to_thread(foreign.wxa.code_to_session, code)
    assert caught.value.errcode == 40163


async def test_a_foreign_sdk_sends(foreign: Foreign, control: httpx.AsyncClient) -> None:
    send = foreign.wxa.send_subscribe_message
    with pytest.raises(WeChatClientException) as caught:
        await asyncio.to_thread(send, "oResident1", "t-due", FIELDS)
    assert caught.value.errcode == 43101
    assert caught.value.errmsg.startswith("user refuse to accept the msg rid: ")
    await control.post("/subscribe", json={"openid": "oResident1", "template_id": "t-due"})
    found = await asyncio.to_thread(send, "oResident1", "t-due", FIELDS)
    assert found["errcode"] == 0


async def test_a_foreign_sdk_draws_codes(foreign: Foreign) -> None:
    calls = (
        (foreign.wxa.get_wxa_code_unlimited, "c=7"),
        (foreign.wxa.get_wxa_code, "pages/index/index?a=1"),
        (foreign.wxa.create_qrcode, "pages/index/index?a=1"),
    )
    for call, text in calls:
        answer = await asyncio.to_thread(call, text)
        assert answer.content.startswith(b"\x89PNG")


async def test_a_foreign_sdk_meets_limits_and_renewed_tokens(
    foreign: Foreign, control: httpx.AsyncClient
) -> None:
    path = "/wxa/getwxacode"
    await control.post("/errors", json={"path": path, "errcode": 45009})
    with pytest.raises(APILimitedException):
        await asyncio.to_thread(foreign.wxa.get_wxa_code, "pages/index/index")
    foreign.auto_retry = True
    await control.post("/tokens/expire", json={"errcode": 42001})
    answer = await asyncio.to_thread(foreign.wxa.get_wxa_code, "pages/index/index")
    assert answer.content.startswith(b"\x89PNG")
