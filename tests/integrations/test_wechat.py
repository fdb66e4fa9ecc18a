"""The client, call by call, against the mock."""

import pytest

from backend.integrations import wechat
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
