"""What goes wrong below the fields: JSON, numbers, methods, headers, sizes; over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from backend.sample.caller import Caller
from tests.city import Demo

MIB = 1024 * 1024


@pytest.fixture(scope="module")
async def caller(demo_city: Demo) -> AsyncIterator[Caller]:
    async with Caller(demo_city.api, demo_city.wechat) as one:
        person = (await one.rows("/demo/people", side="resident", limit=60))[50]
        session = await one.post("/demo/login", {"user_id": person["user_id"]})
        one.http.headers["authorization"] = f"Bearer {session['token']}"
        yield one


def _problem(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["title"]
    assert body["request_id"]
    return body


BROKEN = {
    "nothing": b"",
    "not json": b"\xff\xfe\x00{",
    "cut off": b'{"text": "\xe7\x81',
    "an array": b"[]",
    "a string": b'"text"',
    "null": b"null",
    "deep": b"[" * 100_000,
    "deep inside": b'{"text": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
    "not a number": b'{"text": "\xe7\x81\xaf\xe4\xb8\x8d\xe4\xba\xae", "place": {"latitude": NaN}}',
    "infinite": b'{"place": {"latitude": 1e999, "longitude": -Infinity}, "text": "abc"}',
    "a number of many digits": b'{"kind": "complaint", "text": "abc", "voice_id": '
    + b"9" * 5000
    + b"}",
}


@pytest.mark.parametrize("body", BROKEN)
async def test_broken_json(caller: Caller, body: str) -> None:
    answer = await caller.http.post(
        "/orders", content=BROKEN[body], headers={"content-type": "application/json"}
    )
    _problem(answer, 400, 413, 422)


async def test_the_last_of_equal_keys_counts_and_nothing_breaks(caller: Caller) -> None:
    body = '{"text": "甲", "text": "路灯坏了好几天", "kind": "nonsense", "kind": "complaint"}'
    answer = await caller.http.post("/orders/preview", content=body.encode())
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**53, 10**18 - 1, 10**18, 2**63, 2**64, 10**40])
async def test_ids_of_any_size(caller: Caller, number: int) -> None:
    _problem(await caller.http.get(f"/orders/{number}"), 404)
    _problem(await caller.http.post(f"/orders/{number}/urge", json={}), 404)
    body = {"kind": "complaint", "text": "路灯坏了好几天", "file_ids": [number]}
    _problem(await caller.http.post("/orders", json=body), 404, 422)
    body = {"kind": "complaint", "text": "路灯坏了好几天", "place": {"area_id": number}}
    _problem(await caller.http.post("/orders", json=body), 404, 422)
    for query in ({"area_id": number}, {"limit": number}):
        answer = await caller.http.get("/home", params=query)
        assert answer.status_code in (200, 404, 422), answer.text


@pytest.mark.parametrize("cursor", ["", "x", "%00", "W10", "A" * 5000, "WzFlOTk5XQ", "Wy0xXQ"])
async def test_cursors_nobody_gave(caller: Caller, cursor: str) -> None:
    answer = await caller.http.get("/orders/mine", params={"cursor": cursor})
    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "", "x"])
async def test_other_content_types(caller: Caller, kind: str) -> None:
    body = json.dumps({"text": "路灯坏了好几天"}).encode()
    answer = await caller.http.post("/orders/preview", content=body, headers={"content-type": kind})
    assert answer.status_code in (200, 400, 415, 422), answer.text
    answer = await caller.http.post("/files", content=body, headers={"content-type": kind})
    _problem(answer, 400, 415, 422)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "DELETE", "PATCH", "BREW"])
async def test_other_methods(caller: Caller, method: str) -> None:
    for path in ("/orders/mine", "/orders", "/me", "/auth/wechat", "/nowhere", "/orders/1/take"):
        answer = await caller.http.request(method, path)
        assert answer.status_code < 500, (path, answer.text)
        assert answer.status_code >= 400 or method in ("HEAD", "OPTIONS", "PATCH"), path


async def test_strange_headers(caller: Caller) -> None:
    for headers in (
        {"authorization": "Bearer"},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer " + "x" * 6000},
        {"authorization": "Bearer \u00ff".encode("latin-1")},
    ):
        answer = await caller.http.get("/me", headers=headers)  # type: ignore[arg-type]
        assert answer.status_code in (400, 401, 413, 431), answer.text
    for key in ("short", "x" * 65, "ключ-ключ-ключ".encode(), "tab\ttab\ttab"):
        headers = {"idempotency-key": key}
        answer = await caller.http.put("/orders/draft", json={"text": "abc"}, headers=headers)  # type: ignore[arg-type]
        _problem(answer, 400, 422)
    for host in ("evil.example", "127.0.0.1:1", "[::1", "a b"):
        answer = await caller.http.get("/me", headers={"host": host})
        assert answer.status_code < 500, answer.text
        assert "evil.example" not in answer.text


def _endless(size: int) -> Iterator[bytes]:
    block = b"x" * MIB
    for _ in range(size // MIB):
        yield block


async def _stream(head: bytes, size: int) -> AsyncIterator[bytes]:
    yield head
    for block in _endless(size):
        yield block


@pytest.mark.parametrize("path", ["/files", "/orders", "/areas/import", "/wechat/push"])
async def test_endless_bodies_are_cut_off(caller: Caller, path: str) -> None:
    """Chunked, so that no length warns: refused after the limit, long before the end."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        async for block in _stream(head, 200 * MIB):
            sent += len(block)
            yield block

    headers = {"content-type": "multipart/form-data; boundary=b"}
    try:
        answer = await caller.http.post(path, content=body(), headers=headers)
    except httpx.TransportError:
        pass  # cut off in the middle: just as good
    else:
        assert answer.status_code in (400, 401, 403, 413), answer.text
    assert sent < 100 * MIB
    assert (await caller.http.get("/me")).status_code == 200


@pytest.mark.parametrize(
    "length", [b"99999999999", b"-1", b"abc", b"1, 2", b"1\r\nContent-Length: 9"]
)
async def test_a_length_that_lies(caller: Caller, demo_city: Demo, length: bytes) -> None:
    address = urlsplit(demo_city.api)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: " + length
    writer.write(head + b"\r\n\r\n{}")
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(2):
            first = await reader.readline()
            assert not first.startswith(b"HTTP/1.1 2"), first
    writer.close()
    assert (await caller.http.get("/me")).status_code == 200


@pytest.mark.parametrize(
    "text", ["%ff", "%00", "%ed%a0%80", "%F0%9F%92%A1", "..%2f..%2fetc", "'%22"]
)
async def test_strange_addresses(caller: Caller, text: str) -> None:
    for path in (f"/duties/{text}", f"/orders/mine?state={text}", f"/areas?q={text}", f"/{text}"):
        answer = await caller.http.get(path)
        assert answer.status_code in (200, 400, 404, 422), (path, answer.text)


async def test_forwarded_addresses_of_strangers_do_not_count(demo_city: Demo) -> None:
    """Twenty tries at an administrator's password a minute from one place, whatever it says."""
    async with httpx.AsyncClient(base_url=demo_city.api, trust_env=False) as http:
        seen = []
        for number in range(25):
            made_up = {
                "x-forwarded-for": f"10.0.0.{number}",
                "x-real-ip": f"10.0.0.{number}",
                "forwarded": f"for=10.0.0.{number}",
            }
            body = {"username": f"nobody{number}", "password": "x" * 12, "totp": "123456"}
            answer = await http.post("/api/v1/auth/admin", json=body, headers=made_up)
            seen.append(answer.status_code)
    assert set(seen) <= {401, 422, 429}
    assert 429 in seen, "a made-up address got around the limit"


async def test_a_code_of_wechat_works_once(caller: Caller, demo_city: Demo) -> None:
    asked = {"openid": "oReplayOfACode"}
    found = await caller.wechat.post("/control/login-code", json=asked)
    async with httpx.AsyncClient(base_url=demo_city.api, trust_env=False) as http:
        body = {"code": found.json()["code"], "device": "x"}
        first = await http.post("/api/v1/auth/wechat", json=body)
        assert first.status_code == 200, first.text
        _problem(await http.post("/api/v1/auth/wechat", json=body), 422)


async def test_forged_pushes(demo_city: Demo) -> None:
    async with httpx.AsyncClient(base_url=demo_city.api, trust_env=False) as http:
        for query in (
            {},
            {"signature": "0" * 40, "timestamp": "1", "nonce": "2"},
            {"msg_signature": "0" * 40, "timestamp": "1", "nonce": "2", "encrypt_type": "aes"},
        ):
            for body in (
                b"",
                b"<xml></xml>",
                b"{}",
                b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xml>&a;</xml>",
            ):
                answer = await http.post("/api/v1/wechat/push", params=query, content=body)
                _problem(answer, 400, 403)
