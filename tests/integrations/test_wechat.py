"""The client, call by call, against the mock."""

import json
import logging
from typing import Any

import httpx
import pytest

from backend.integrations import wechat
from backend.integrations.wechat_errors import error_of
from tests.integrations.conftest import ACCOUNT
from tests.wechat_mock.conftest import Mock

SEND = "/cgi-bin/message/subscribe/send"
DATA = {"thing1": "3 号楼漏水", "time2": "11月22日 9:30", "phrase3": "已接单"}
GOOD = DATA | {"time2": "2026年11月22日 09:30"}


async def subscribe(mock: Mock, template_id: str = "t-progress", times: int = 1) -> None:
    for _ in range(times):
        await mock.control("subscribe", openid="oResident1", template_id=template_id)


async def send(client: wechat.WeChat, **changes: str) -> str:
    return await client.send_subscribe_message(
        "oResident1", "t-progress", GOOD | changes, page="pages/order/index?id=1"
    )


async def test_login(weixin: wechat.WeChat, mock: Mock) -> None:
    code = (await mock.control("login-code", openid="oResident1"))["code"]
    session = await weixin.code_to_session(code)
    assert (session.openid, session.unionid) == ("oResident1", "u-oResident1")
    assert session.session_key
    assert session.session_key not in repr(session)
    with pytest.raises(wechat.BadCode) as caught:
        await weixin.code_to_session(code)
    assert (caught.value.errcode, caught.value.advice) == (40163, "stop")
    assert mock.world.calls["/cgi-bin/stable_token"] == 0  # login needs no token


async def test_phone(weixin: wechat.WeChat, mock: Mock) -> None:
    made = await mock.control("phone-code", openid="oResident1", phone="13800000001")
    phone = await weixin.phone_number(made["code"])
    assert (phone.number, phone.country_code) == ("13800000001", "86")
    assert phone.number not in repr(phone)
    with pytest.raises(wechat.BadCode):
        await weixin.phone_number(made["code"])


async def test_a_message_reaches_who_asked_for_it_once(weixin: wechat.WeChat, mock: Mock) -> None:
    await subscribe(mock)
    message_id = await send(weixin)
    (message,) = (await mock.http.get("/control/messages?openid=oResident1")).json()["items"]
    assert str(message["id"]) == message_id
    assert message["data"] == GOOD
    assert message["page"] == "pages/order/index?id=1"
    with pytest.raises(wechat.UserRefused) as caught:
        await send(weixin)
    assert caught.value.advice == "stop"


async def test_a_wrong_field_is_final(weixin: wechat.WeChat, mock: Mock) -> None:
    await subscribe(mock)
    with pytest.raises(wechat.WeChatError) as caught:
        await send(weixin, thing1="长" * 21)
    assert (caught.value.errcode, caught.value.advice) == (47003, "stop")
    assert "thing1" in caught.value.errmsg
    assert await send(weixin)  # the refusal cost no consent


@pytest.mark.parametrize(
    ("errcode", "kind", "advice"),
    [
        (43101, wechat.UserRefused, "stop"),
        (43108, wechat.Throttled, "retry"),
        (45009, wechat.Throttled, "retry"),
        (45011, wechat.Throttled, "retry"),
        (-1, wechat.Throttled, "retry"),
        (44990, wechat.Throttled, "retry"),
        (44991, wechat.Throttled, "retry"),
        (44993, wechat.Throttled, "retry"),
        (45168, wechat.RiskyContent, "stop"),
        (87014, wechat.RiskyContent, "stop"),
        (61010, wechat.UserAway, "stop"),
        (40226, wechat.UserBlocked, "stop"),
        (40029, wechat.BadCode, "stop"),
        (40163, wechat.BadCode, "stop"),
        (42003, wechat.BadCode, "stop"),
        (40013, wechat.Misconfigured, "retry"),
        (40125, wechat.Misconfigured, "retry"),
        (40164, wechat.Misconfigured, "retry"),
        (40243, wechat.Misconfigured, "retry"),
        (41002, wechat.Misconfigured, "retry"),
        (41004, wechat.Misconfigured, "retry"),
        (48001, wechat.Misconfigured, "retry"),
        (50004, wechat.Misconfigured, "retry"),
        (50007, wechat.Misconfigured, "retry"),
        (89503, wechat.Misconfigured, "retry"),
        (40003, wechat.WeChatError, "stop"),
        (40037, wechat.WeChatError, "stop"),
        (41030, wechat.WeChatError, "stop"),
        (43107, wechat.WeChatError, "stop"),
        (47003, wechat.WeChatError, "stop"),
        (99999, wechat.WeChatError, "stop"),
    ],
)
async def test_every_code_has_its_class(
    weixin: wechat.WeChat, mock: Mock, errcode: int, kind: type[wechat.WeChatError], advice: str
) -> None:
    await mock.control("errors", path=SEND, errcode=errcode, times=9)
    with pytest.raises(wechat.WeChatError) as caught:
        await send(weixin)
    assert type(caught.value) is kind
    assert (caught.value.errcode, caught.value.advice) == (errcode, advice)
    assert caught.value.title
    assert caught.value.detail == ""  # WeChat's English is not for people
    assert mock.world.calls[SEND] == 1  # nothing but a refused token is tried again


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        ({"http_status": 502, "body": "<html>"}, "unknown"),
        ({"http_status": 500, "body": '{"errcode":0}'}, "unknown"),
        ({"body": "not json"}, "unknown"),
        ({"body": "[1]"}, "unknown"),
        ({"body": '{"errcode":"?"}'}, "unknown"),
        ({"body": "[" * 10_000}, "unknown"),
        ({"latency_ms": 60_000}, "unknown"),
        ({"http_status": 429, "body": ""}, "retry"),
        ({"http_status": 413, "body": ""}, "stop"),
    ],
)
async def test_answers_that_say_nothing(
    make: Any, mock: Mock, failure: dict[str, Any], advice: str
) -> None:
    weixin = make()
    await weixin.templates()  # has its token
    object.__setattr__(weixin, "account", ACCOUNT_IMPATIENT)
    await mock.control("errors", path=SEND, **failure)
    with pytest.raises(wechat.WeChatError) as caught:
        await send(weixin)
    assert caught.value.advice == advice


ACCOUNT_IMPATIENT = wechat.Account("wxtest", "hush", connect_seconds=0.1, answer_seconds=0.1)


async def test_a_lost_answer_after_delivery_is_unknown(weixin: wechat.WeChat, mock: Mock) -> None:
    await subscribe(mock)
    await mock.control("errors", path=SEND, http_status=504, is_late=True)
    with pytest.raises(wechat.Unreachable) as caught:
        await send(weixin)
    assert caught.value.was_sent
    assert len(mock.world.messages) == 1  # it did arrive: sending again would be twice


async def test_a_number_as_text_is_still_an_errcode(weixin: wechat.WeChat, mock: Mock) -> None:
    await mock.control("errors", path=SEND, body='{"errcode": "43101", "errmsg": "no"}')
    with pytest.raises(wechat.UserRefused):
        await send(weixin)


async def test_no_connection_means_not_sent() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = wechat.WeChat(ACCOUNT, transport=httpx.MockTransport(refuse))
    with pytest.raises(wechat.Unreachable) as caught:
        await client.code_to_session("code")
    assert caught.value.advice == "retry"


async def test_a_token_that_cannot_be_had_means_not_sent(weixin: wechat.WeChat, mock: Mock) -> None:
    await mock.control("errors", path="/cgi-bin/stable_token", http_status=502)
    with pytest.raises(wechat.Unreachable) as caught:
        await send(weixin)
    assert caught.value.advice == "retry"  # the message itself never left
    assert mock.world.calls[SEND] == 0


async def test_an_endless_answer_is_cut_off() -> None:
    def flood(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b" " * (6 * 1024 * 1024))

    client = wechat.WeChat(ACCOUNT, transport=httpx.MockTransport(flood))
    with pytest.raises(wechat.Unreachable, match="too large"):
        await client.code_to_session("code")


async def test_a_code_is_a_picture(weixin: wechat.WeChat, mock: Mock) -> None:
    picture = await weixin.wxacode_unlimited("c=1024&v=2", "pages/scan/index")
    assert picture.media_type == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert mock.world.scans[-1]["path"] == "pages/scan/index?scene=c=1024&v=2"


@pytest.mark.parametrize(
    ("scene", "page", "errcode"),
    [
        ("x" * 33, "pages/scan/index", 40169),
        ("社区", "pages/scan/index", 40129),
        ("a%20b", "pages/scan/index", 40129),
        ("c=1", "/pages/scan/index", 41030),
        ("c=1", "pages/scan/index?a=1", 41030),
    ],
)
async def test_an_error_is_not_taken_for_a_picture(
    weixin: wechat.WeChat, scene: str, page: str, errcode: int
) -> None:
    with pytest.raises(wechat.WeChatError) as caught:
        await weixin.wxacode_unlimited(scene, page)
    assert caught.value.errcode == errcode


async def test_an_error_dressed_as_a_picture_is_found(weixin: wechat.WeChat) -> None:
    def lie(request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "image/jpeg"}
        if "stable_token" in str(request.url):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        return httpx.Response(200, content=b'{"errcode":41030,"errmsg":"page"}', headers=headers)

    client = wechat.WeChat(ACCOUNT, transport=httpx.MockTransport(lie))
    with pytest.raises(wechat.WeChatError) as caught:
        await client.wxacode_unlimited("c=1", "pages/scan/index")
    assert caught.value.errcode == 41030


async def test_a_success_without_picture_is_found(weixin: wechat.WeChat, mock: Mock) -> None:
    for body in ("", '{"errcode":0}'):
        await mock.control("errors", path="/wxa/getwxacodeunlimit", body=body)
        with pytest.raises(wechat.Unreachable):
            await weixin.wxacode_unlimited("c=1", "pages/scan/index")


async def test_a_link(weixin: wechat.WeChat, mock: Mock) -> None:
    link = await weixin.url_link("pages/order/index", "id=5", days=7)
    assert link.startswith("https://")
    assert mock.world.scans[-1]["path"] == "pages/order/index?id=5"
    with pytest.raises(wechat.WeChatError) as caught:
        await weixin.url_link("pages/order/index", days=31)
    assert caught.value.errcode == 85407


async def test_templates(weixin: wechat.WeChat) -> None:
    found = {template.id: template for template in await weixin.templates()}
    assert found["t-progress"].fields == {"thing1": "事项", "time2": "时间", "phrase3": "状态"}
    assert found["t-progress"].title == "工单进度提醒"
    assert [found[name].is_long_term for name in ("t-progress", "t-long")] == [False, True]


async def test_texts_are_judged(weixin: wechat.WeChat, mock: Mock) -> None:
    await mock.control("visit", openid="oResident1")
    good = await weixin.check_text("楼道灯坏了", "oResident1")
    bad = await weixin.check_text("低价办假证", "oResident1")
    odd = await weixin.check_text("加群领红包", "oResident1")
    assert (good.suggest, good.label) == ("pass", 100)
    assert (bad.suggest, bad.label) == ("risky", 20006)
    assert odd.suggest == "review"
    assert (await weixin.check_text("  ", "oResident1")).suggest == "pass"


@pytest.mark.parametrize("at", [0, 2440, 2470, 2497, 4950, 6000])
async def test_long_texts_are_judged_whole(weixin: wechat.WeChat, mock: Mock, at: int) -> None:
    await mock.control("visit", openid="oResident1")
    text = "好" * at + "出售枪支" + "好" * (7000 - at)
    assert (await weixin.check_text(text, "oResident1")).suggest == "risky"


async def test_a_user_who_left_cannot_be_judged(weixin: wechat.WeChat, mock: Mock) -> None:
    await mock.control("visit", openid="oResident1")
    await mock.control("clock", advance_seconds=7100)
    await weixin.check_text("你好", "oResident1")
    await mock.control("clock", advance_seconds=200)
    with pytest.raises(wechat.UserAway):
        await weixin.check_text("你好", "oResident1")


async def test_media_are_judged_later(weixin: wechat.WeChat, mock: Mock) -> None:
    await mock.control("visit", openid="oResident1")
    trace = await weixin.check_media("http://127.0.0.1:9/x.jpg", "oResident1")
    assert trace
    with pytest.raises(wechat.WeChatError) as caught:
        await weixin.check_media("http://127.0.0.1:9/x", "oResident1", 3)  # type: ignore[arg-type]
    assert caught.value.errcode == 40004


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"phone_info": {"purePhoneNumber": "13800000001", "countryCode": 86}}, wechat.BadCode),
        ({"phone_info": {"watermark": {"appid": "wxother"}}}, wechat.BadCode),
        ({"phone_info": {"watermark": {"appid": "wxtest"}}}, wechat.Unreachable),
        ({}, wechat.Unreachable),
    ],
)
async def test_a_number_must_be_ours(
    weixin: wechat.WeChat, mock: Mock, body: dict[str, Any], kind: type[Exception]
) -> None:
    path = "/wxa/business/getuserphonenumber"
    await mock.control("errors", path=path, body=json.dumps({"errcode": 0, **body}))
    with pytest.raises(kind):
        await weixin.phone_number("code")


async def test_a_country_may_be_a_number(weixin: wechat.WeChat, mock: Mock) -> None:
    info = {"purePhoneNumber": "1", "countryCode": 852, "watermark": {"appid": "wxtest"}}
    path = "/wxa/business/getuserphonenumber"
    await mock.control("errors", path=path, body=json.dumps({"phone_info": info}))
    assert (await weixin.phone_number("code")).country_code == "852"


async def test_chinese_is_sent_unescaped() -> None:
    seen: list[bytes] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, json={"access_token": "t", "expires_in": 7200, "errcode": 0})

    client = wechat.WeChat(ACCOUNT, transport=httpx.MockTransport(keep))
    await send(client)
    assert "已接单".encode() in seen[-1]


async def test_logs_hold_no_secrets(
    weixin: wechat.WeChat, mock: Mock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    code = (await mock.control("login-code", openid="oResident1"))["code"]
    await weixin.code_to_session(code)
    await weixin.templates()
    token = next(iter(mock.world.tokens))
    assert not [line for line in caplog.messages for word in ("hush", token) if word in line]
    assert "hush" not in repr(ACCOUNT)
    assert token not in repr(await weixin._tokens.get())


async def test_the_process_has_one_client(make: Any) -> None:
    await wechat.close()
    with pytest.raises(RuntimeError):
        wechat.api()
    client = make()
    wechat.configure(client)
    assert wechat.api() is client
    await wechat.close()
    with pytest.raises(RuntimeError):
        wechat.api()


def test_unknown_codes_are_errors() -> None:
    assert str(error_of(12345, "what rid: 1", "/x")) == "/x 12345 what rid: 1"
