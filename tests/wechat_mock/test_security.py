"""Moderation of the mock: text at once, pictures by a push."""

import asyncio
import hashlib
import json
from typing import Any

import httpx
import pytest

from tests.wechat_mock.conftest import Mock
from wechat_mock.world import Callback

TEXT, MEDIA = "/wxa/msg_sec_check", "/wxa/media_check_async"
ASKED = {"version": 2, "scene": 2, "openid": "oResident1", "content": "楼道灯坏了"}
LOOK = {"version": 2, "scene": 1, "openid": "oResident1", "media_type": 2}
URL = "http://linli.test/files/1.jpg"


@pytest.fixture(autouse=True)
async def visitor(mock: Mock) -> None:
    await mock.control("visit", openid="oResident1")


@pytest.mark.parametrize(
    ("text", "suggest", "label"),
    [
        ("楼道灯坏了", "pass", 100),
        ("电线杆上贴着办假证的广告", "risky", 20006),
        ("邻居骂我傻逼", "risky", 20003),
        ("加群领红包", "review", 10001),
    ],
)
async def test_texts(mock: Mock, text: str, suggest: str, label: int) -> None:
    said = await mock.call(TEXT, ASKED | {"content": text})
    assert said["result"] == {"suggest": suggest, "label": label}
    assert said["detail"][0]["strategy"] == "content_model"
    assert said["trace_id"]


async def test_title_and_nickname_are_read_too(mock: Mock) -> None:
    for name in ("title", "nickname", "signature"):
        said = await mock.call(TEXT, ASKED | {name: "赌博网站"})
        assert said["result"]["suggest"] == "risky"


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"version": 1}, 40097),
        ({"scene": 5}, 40129),
        ({"scene": "profile"}, 40129),
        ({"content": ""}, 40097),
        ({"content": 5}, 40097),
        ({"content": "字" * 2501}, 45002),
        ({"openid": "x"}, 40003),
        ({"openid": "oNeverSeen"}, 61010),
    ],
)
async def test_texts_refused(mock: Mock, changes: dict[str, Any], errcode: int) -> None:
    assert (await mock.call(TEXT, ASKED | changes))["errcode"] == errcode


async def test_2500_characters_are_read(mock: Mock) -> None:
    assert (await mock.call(TEXT, ASKED | {"content": "字" * 2500}))["errcode"] == 0


async def test_the_visitor_must_have_been_here(mock: Mock) -> None:
    await mock.control("clock", advance_seconds=7201)
    assert (await mock.call(TEXT, ASKED))["errcode"] == 61010
    await mock.control("login-code", openid="oResident1")
    assert (await mock.call(TEXT, ASKED))["errcode"] == 0


@pytest.mark.parametrize(
    ("quota", "path", "errcode"),
    [
        ("msg_sec_check", TEXT, 44991),
        ("msg_sec_check.day", TEXT, 45009),
        ("media_check_async", MEDIA, 45009),
        ("media_check_async.day", MEDIA, 45009),
    ],
)
async def test_quotas(mock: Mock, quota: str, path: str, errcode: int) -> None:
    await mock.control("quotas", name=quota, limit=0)
    body = ASKED if path == TEXT else LOOK | {"media_url": URL}
    assert (await mock.call(path, body))["errcode"] == errcode


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"media_url": "file:///etc/passwd"}, 40097),
        ({"media_url": None}, 40097),
        ({"media_type": 3}, 40004),
        ({"version": 1}, 40097),
        ({"scene": 9}, 40129),
        ({"openid": "oNeverSeen"}, 61010),
    ],
)
async def test_media_refused(mock: Mock, changes: dict[str, Any], errcode: int) -> None:
    body = LOOK | {"media_url": URL} | changes
    assert (await mock.call(MEDIA, body))["errcode"] == errcode


PICTURE = b"a picture"


async def pushed(mock: Mock, files: dict[str, httpx.Response]) -> tuple[str, dict[str, Any]]:
    """(trace_id answered, message pushed) of one check, the files being served in this process."""
    seen: list[dict[str, Any]] = []

    def serve(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            seen.append(json.loads(request.content))
            return httpx.Response(200, text="success")
        return files.get(request.url.path, httpx.Response(404))

    mock.world.settings.transport = httpx.MockTransport(serve)
    mock.world.callback = Callback("http://linli.test/push", "token")
    trace = (await mock.call(MEDIA, LOOK | {"media_url": URL}))["trace_id"]
    for _ in range(100):
        await asyncio.sleep(0.01)
        if seen:
            return trace, seen[0]
    raise AssertionError("nothing was pushed")


async def test_a_good_picture(mock: Mock) -> None:
    trace, message = await pushed(mock, {"/files/1.jpg": httpx.Response(200, content=PICTURE)})
    assert message["trace_id"] == trace
    assert (message["Event"], message["FromUserName"]) == ("wxa_media_check", "oResident1")
    assert message["result"] == {"suggest": "pass", "label": 100}
    assert (message["appid"], message["version"], message["errcode"]) == ("wxtest", 2, 0)


@pytest.mark.parametrize("match", ["files/1", hashlib.sha256(PICTURE).hexdigest()])
async def test_a_picture_that_was_said_to_be_bad(mock: Mock, match: str) -> None:
    await mock.control("media", match=match, suggest="risky", label=20002)
    _, message = await pushed(mock, {"/files/1.jpg": httpx.Response(200, content=PICTURE)})
    assert message["result"] == {"suggest": "risky", "label": 20002}


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(404), httpx.Response(200, content=b" " * (10 * 1024 * 1024 + 1))],
    ids=["missing", "huge"],
)
async def test_a_picture_that_cannot_be_had(mock: Mock, answer: httpx.Response) -> None:
    _, message = await pushed(mock, {"/files/1.jpg": answer})
    assert message["errcode"] == -1008
    assert "result" not in message
