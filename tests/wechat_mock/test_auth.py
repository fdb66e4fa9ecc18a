"""Tokens, login, phone number: WeChat's rules, one by one."""

import re
from typing import Any

import pytest

from tests.wechat_mock.conftest import Mock

LOGIN = {"appid": "wxtest", "secret": "hush", "grant_type": "authorization_code"}
ACCOUNT = {"grant_type": "client_credential", "appid": "wxtest", "secret": "hush"}
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")


async def login(mock: Mock, code: str, **changes: str) -> dict[str, Any]:
    query = {**LOGIN, "js_code": code, **changes}
    return (await mock.http.get("/sns/jscode2session", params=query)).json()


async def plain_token(mock: Mock, **changes: str) -> dict[str, Any]:
    return (await mock.http.get("/cgi-bin/token", params={**ACCOUNT, **changes})).json()


async def stable_token(mock: Mock, **changes: Any) -> dict[str, Any]:
    return (await mock.http.post("/cgi-bin/stable_token", json={**ACCOUNT, **changes})).json()


async def works(mock: Mock, token: str) -> int:
    query = {"access_token": token}
    answer = await mock.http.get("/wxaapi/newtmpl/gettemplate", params=query)
    return answer.json()["errcode"]


async def test_a_login_code_is_good_once(mock: Mock) -> None:
    code = (await mock.control("login-code", openid="oResident1"))["code"]
    first, second = await login(mock, code), await login(mock, code)
    assert first["openid"] == "oResident1"
    assert "errcode" not in first
    assert second["errcode"] == 40163
    assert RID.search(second["errmsg"])


async def test_a_login_code_lives_five_minutes(mock: Mock) -> None:
    codes = [(await mock.control("login-code", openid="oResident1"))["code"] for _ in "ab"]
    await mock.control("clock", advance_seconds=299)
    assert (await login(mock, codes[0]))["openid"] == "oResident1"
    await mock.control("clock", advance_seconds=2)
    assert (await login(mock, codes[1]))["errcode"] == 40029


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wxother"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"js_code": ""}, 41008),
        ({"js_code": "never-issued"}, 40029),
        ({"grant_type": "other"}, 40002),
    ],
)
async def test_login_is_refused(mock: Mock, changes: dict[str, str], errcode: int) -> None:
    code = (await mock.control("login-code", openid="oResident1"))["code"]
    assert (await login(mock, code, **changes))["errcode"] == errcode


async def test_one_person_logs_in_a_hundred_times_a_minute(mock: Mock) -> None:
    await mock.control("quotas", name="login.oResident1", limit=2)
    codes = [(await mock.control("login-code", openid="oResident1"))["code"] for _ in "abcd"]
    answers = [await login(mock, code) for code in codes[:3]]
    assert [answer.get("errcode") for answer in answers] == [None, None, 45011]
    await mock.control("clock", advance_seconds=61)
    assert "openid" in await login(mock, codes[3])


async def test_a_phone_code_is_no_login_code(mock: Mock) -> None:
    made = await mock.control("phone-code", openid="oResident1", phone="13800000001")
    assert (await login(mock, made["code"]))["errcode"] == 40029
    path = "/wxa/business/getuserphonenumber"
    info = (await mock.call(path, made))["phone_info"]
    assert info["purePhoneNumber"] == info["phoneNumber"] == "13800000001"
    assert info["watermark"]["appid"] == "wxtest"
    assert (await mock.call(path, made))["errcode"] == 40029
    assert (await mock.call(path, {"code": 5}))["errcode"] == 40029


async def test_a_foreign_number_has_its_country(mock: Mock) -> None:
    made = await mock.control("phone-code", openid="oResident1", phone="5550100", country_code="1")
    info = (await mock.call("/wxa/business/getuserphonenumber", made))["phone_info"]
    assert (info["phoneNumber"], info["countryCode"]) == ("+15550100", "1")


async def test_a_new_plain_token_ends_the_old_but_not_the_stable(mock: Mock) -> None:
    stable = (await stable_token(mock))["access_token"]
    first = (await plain_token(mock))["access_token"]
    second = (await plain_token(mock))["access_token"]
    assert [await works(mock, t) for t in (first, second, stable)] == [40001, 0, 0]


async def test_plain_tokens_are_2000_a_day(mock: Mock) -> None:
    await mock.control("quotas", name="token", limit=1)
    await plain_token(mock)
    assert (await plain_token(mock))["errcode"] == 45009
    await mock.control("clock", advance_seconds=86_400)
    assert "access_token" in await plain_token(mock)


async def test_the_stable_token_stays_until_five_minutes_before_its_end(mock: Mock) -> None:
    first = await stable_token(mock)
    await mock.control("clock", advance_seconds=6000)
    second = await stable_token(mock)
    assert second["access_token"] == first["access_token"]
    assert second["expires_in"] <= 1200
    await mock.control("clock", advance_seconds=1000)
    third = await stable_token(mock)
    assert third["access_token"] != first["access_token"]
    assert await works(mock, first["access_token"]) == 0  # runs on to its own end
    await mock.control("clock", advance_seconds=300)
    assert await works(mock, first["access_token"]) == 42001


async def test_forcing_revokes_but_not_twice_in_thirty_seconds(mock: Mock) -> None:
    first = (await stable_token(mock))["access_token"]
    second = (await stable_token(mock, force_refresh=True))["access_token"]
    assert (await stable_token(mock, force_refresh=True))["access_token"] == second
    assert [await works(mock, t) for t in (first, second)] == [40001, 0]
    await mock.control("quotas", name="stable_token.force", limit=1)
    await mock.control("clock", advance_seconds=31)
    assert (await stable_token(mock, force_refresh=True))["errcode"] == 45009


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"secret": "wrong"}, 40125),
        ({"appid": "wxother"}, 40013),
        ({"grant_type": "x"}, 40002),
    ],
)
async def test_tokens_are_refused(mock: Mock, changes: dict[str, str], errcode: int) -> None:
    assert (await plain_token(mock, **changes))["errcode"] == errcode
    assert (await stable_token(mock, **changes))["errcode"] == errcode


async def test_methods_bodies_and_tokens_are_checked(mock: Mock) -> None:
    path = "/cgi-bin/stable_token"
    assert (await mock.http.get(path)).json()["errcode"] == 43002
    assert (await mock.http.post("/cgi-bin/token")).json()["errcode"] == 43001
    assert (await mock.http.post(path)).json()["errcode"] == 44002
    assert (await mock.http.post(path, content=b"{")).json()["errcode"] == 47001
    assert (await mock.http.post(path, content=b"[]")).json()["errcode"] == 47001
    assert (await mock.http.post(path, content=b"[" * 50_000)).json()["errcode"] == 47001
    assert await works(mock, "") == 41001
    assert await works(mock, "made-up") == 40001


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_the_control_plane_ends_tokens(mock: Mock, errcode: int) -> None:
    token = await mock.token()
    await mock.control("tokens/expire", errcode=errcode)
    assert await works(mock, token) == errcode
    assert await works(mock, await mock.token()) == 0
