"""The control plane: what goes wrong on order, and what a browser may call."""

import time
from typing import Any

import pytest

from tests.wechat_mock.conftest import Mock
from wechat_mock import quotas, world
from wechat_mock.errors import Fault

LIST = "/wxaapi/newtmpl/gettemplate"


async def test_errors_strike_as_often_as_ordered(mock: Mock) -> None:
    await mock.control("errors", path=LIST, errcode=45009, times=2, skip=1)
    answers = [await mock.call(LIST) for _ in range(5)]
    assert [answer["errcode"] for answer in answers] == [0, 45009, 45009, 0, 0]
    assert answers[1]["errmsg"].startswith("reach max api daily quota limit rid: ")


async def test_errors_of_any_interface(mock: Mock) -> None:
    token = await mock.token()
    await mock.control("errors", errcode=-1)
    answer = await mock.http.get(LIST, params={"access_token": token})
    assert answer.json()["errcode"] == -1


async def test_latency_alone_only_delays(mock: Mock) -> None:
    token = await mock.token()
    await mock.control("errors", path=LIST, latency_ms=80)
    began = time.monotonic()
    answer = await mock.http.get(LIST, params={"access_token": token})
    assert answer.json()["errcode"] == 0
    assert time.monotonic() - began >= 0.08


async def test_answers_of_any_shape(mock: Mock) -> None:
    token = {"access_token": await mock.token()}
    await mock.control("errors", path=LIST, http_status=502, body="<html>")
    await mock.control("errors", path=LIST, body="half a {")
    first = await mock.http.get(LIST, params=token)
    second = await mock.http.get(LIST, params=token)
    assert (first.status_code, first.text) == (502, "<html>")
    assert (second.status_code, second.text) == (200, "half a {")


async def test_a_late_error_comes_after_the_work(mock: Mock) -> None:
    code = (await mock.control("login-code", openid="oResident1"))["code"]
    await mock.control("errors", path="/sns/jscode2session", errcode=-1, is_late=True)
    query = {"appid": "wxtest", "secret": "hush", "js_code": code}
    answers = [(await mock.http.get("/sns/jscode2session", params=query)).json() for _ in "ab"]
    assert [answer["errcode"] for answer in answers] == [-1, 40163]


async def test_errors_can_be_dropped(mock: Mock) -> None:
    await mock.control("errors", errcode=-1, times=100)
    assert (await mock.http.delete("/control/errors")).json() == {"queued": 0}
    assert (await mock.call(LIST))["errcode"] == 0


async def test_errors_are_not_kept_without_end(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wechat_mock.control.MOST_INJECTED", 1)
    await mock.control("errors", errcode=-1)
    answer = await mock.http.post("/control/errors", json={"errcode": -1})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("login-code", {}),
        ("login-code", {"openid": "中文"}),
        ("login-code", {"openid": "oResident1", "surprise": 1}),
        ("phone-code", {"openid": "oResident1", "phone": "call me"}),
        ("subscribe", {"openid": "oResident1", "template_id": "t-due", "result": "perhaps"}),
        ("errors", {"times": 0}),
        ("errors", {"latency_ms": 10**9}),
        ("push", {"openid": "oResident1"}),
        ("clock", {"advance_seconds": -1}),
        ("tokens/expire", {"errcode": 1}),
        ("templates", {"templates": [{"id": "x", "title": "t", "fields": {"odd1": "?"}}]}),
        ("templates", {"templates": [{"id": "x", "title": "t", "fields": {}}]}),
        ("media", {"match": ""}),
        ("quotas", {"name": "x", "limit": -1}),
        ("scan-code", {"page": ""}),
    ],
)
async def test_wrong_orders_say_why(mock: Mock, path: str, body: dict[str, Any]) -> None:
    answer = await mock.http.post(f"/control/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["msg"]


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"null"])
async def test_no_order_at_all(mock: Mock, content: bytes) -> None:
    answer = await mock.http.post("/control/login-code", content=content)
    assert answer.status_code == 400


async def test_browsers_may_call(mock: Mock) -> None:
    asked = {"origin": "http://localhost:5173", "access-control-request-method": "POST"}
    for path in ("/control/login-code", "/control/errors", LIST):
        preflight = await mock.http.options(path, headers=asked)
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert "DELETE" in preflight.headers["access-control-allow-methods"]
    for answer in (await mock.http.get("/control/state"), await mock.http.get("/control/nope")):
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_unknown_paths(mock: Mock) -> None:
    assert (await mock.http.get("/control/nope")).status_code == 404
    assert (await mock.http.get("/control/login-code")).status_code == 405
    assert (await mock.http.get("/wxa/nope")).json()["errcode"] == -1
    assert "/sns/jscode2session" in (await mock.http.get("/")).json()["paths"]


async def test_state_tells_much_but_no_secrets(mock: Mock) -> None:
    token = await mock.token()
    await mock.control("login-code", openid="oResident1")
    await mock.control("subscribe", openid="oResident1", template_id="t-due")
    state = await mock.http.get("/control/state")
    said = state.json()
    assert said["appid"] == "wxtest"
    assert said["calls"]["/cgi-bin/stable_token"] == 1
    assert said["people"] == 1
    assert said["consent"][0]["quota"] == 1
    assert {template["id"] for template in said["templates"]} >= {"t-due", "t-long"}
    assert "hush" not in state.text
    assert token not in state.text


async def test_reset_keeps_the_configuration_only(mock: Mock) -> None:
    await mock.control("subscribe", openid="oResident1", template_id="t-due")
    await mock.control("clock", advance_seconds=1000)
    mock.world.last_id = 41
    assert (await mock.http.post("/control/reset")).status_code == 200
    assert not mock.world.consent
    assert not mock.world.people
    assert mock.world.offset == 0
    assert "t-due" in mock.world.templates
    assert mock.world.next_id() == 42  # a reader's "after" stays good


async def test_the_clock_can_be_set_back(mock: Mock) -> None:
    await mock.control("clock", advance_seconds=3600)
    assert mock.world.now() - time.time() > 3590
    await mock.control("clock", reset=True)
    assert abs(mock.world.now() - time.time()) < 5


async def test_templates_are_added_and_replaced(mock: Mock) -> None:
    new = {"id": "t-new", "title": "新", "fields": {"thing1": "事项"}}
    assert "t-due" in (await mock.control("templates", templates=[new]))["templates"]
    said = await mock.control("templates", templates=[new], replace=True)
    assert said["templates"] == ["t-new"]


async def test_large_bodies_are_refused(mock: Mock) -> None:
    body = {"version": 2, "content": "x" * (2 * 1024 * 1024)}
    query = {"access_token": await mock.token()}
    answer = await mock.http.post("/wxa/msg_sec_check", params=query, json=body)
    assert answer.json()["errcode"] != 0


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_CODES", "MOST_PEOPLE", "MOST_KEPT"):
        monkeypatch.setattr(world, name, 3)
    monkeypatch.setattr(quotas, "MOST_WINDOWS", 3)
    memory = world.World()
    codes = [memory.issue(world.Code("login", f"o{i}", memory.now())) for i in range(9)]
    for i in range(9):
        memory.person(f"o{i}")
        memory.new_token(None)
        memory.quotas.spend(f"q{i}", memory.now(), 5, 60, 45009)
    assert list(memory.codes) == codes[-3:]
    assert (len(memory.people), len(memory.tokens)) == (3, 3)
    assert len(memory.quotas.counts) <= 3


def test_old_windows_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_WINDOWS", 3)
    book = quotas.Quotas()
    for second in (0.0, 1.0, 100.0):
        book.spend("q", second, 1, 1, 45009)
    book.spend("other", 100.0, 1, 1, 45009)
    with pytest.raises(Fault):
        book.spend("q", 100.0, 1, 1, 45009)
