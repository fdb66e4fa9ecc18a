"""Message push, opened and refused: every wrapping the mock can make, and every forgery."""

import base64
import hashlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from backend.integrations import wechat_push
from backend.integrations.wechat_push import PushRefused, Receiver
from wechat_mock import push
from wechat_mock.world import Callback, Settings, World

AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
TOKEN = "pushtoken"
ENTRY = {"TemplateId": "t-due", "SubscribeStatusString": "accept", "PopupScene": "0"}
OTHER = {"TemplateId": "t-long", "SubscribeStatusString": "reject", "PopupScene": "0"}
WRAPPINGS = [(mode, form) for mode in ("plain", "compat", "aes") for form in ("xml", "json")]


def world_with(mode: str = "aes", form: str = "json", *, token: str = TOKEN) -> World:
    world = World(Settings("wxtest", "hush"))
    key = "" if mode == "plain" else AES_KEY
    world.callback = Callback("http://linli.test/push", token, key, mode, form)  # type: ignore[arg-type]
    return world


def wrapped(world: World, message: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    assert world.callback is not None
    query, body = push.wrap(world, world.callback, message)
    return query, body.encode()


def receiver(mode: str = "aes", **changes: Any) -> Receiver:
    return Receiver("wxtest", TOKEN, "" if mode == "plain" else AES_KEY, **changes)


def event(world: World, name: str = "subscribe_msg_popup_event", **fields: Any) -> dict[str, Any]:
    return push.event_message(world, name, "oResident1", fields)


@pytest.mark.parametrize(("mode", "form"), WRAPPINGS)
@pytest.mark.parametrize("listed", [ENTRY, [ENTRY, OTHER]])
def test_every_wrapping_says_the_same(mode: str, form: str, listed: Any) -> None:
    world = world_with(mode, form)
    opened = receiver(mode).open(*wrapped(world, event(world, List=listed)))
    assert (opened.kind, opened.event) == ("event", "subscribe_msg_popup_event")
    assert opened.openid == "oResident1"
    found = [(entry.template_id, entry.answer) for entry in wechat_push.subscriptions(opened)]
    assert found == [("t-due", "accept"), ("t-long", "reject")][: len(wechat_push.entries(opened))]
    assert len(found) == (2 if isinstance(listed, list) else 1)


def test_xml_and_json_have_one_key() -> None:
    world = world_with("plain", "xml")
    message = event(world, List=[ENTRY, OTHER])
    keys = {
        receiver(mode).open(*wrapped(world_with(mode, form), message)).key
        for mode, form in WRAPPINGS
    }
    assert len(keys) == 1


def test_a_repetition_has_the_same_key_and_another_event_not() -> None:
    world = world_with()
    first = event(world, "subscribe_msg_sent_event", List=ENTRY | {"MsgID": "1"})
    second = first | {"List": ENTRY | {"MsgID": "2"}}  # same person, same second
    keys = [receiver().open(*wrapped(world, m)).key for m in (first, first, second)]
    assert keys[0] == keys[1] != keys[2]
    assert len(keys[0]) <= wechat_push.MOST_KEY


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_message_is_known_by_its_id(form: str) -> None:
    world = world_with("aes", form)
    message = event(world) | {"MsgType": "text", "MsgId": 23456789012345678, "Content": "您好"}
    del message["Event"]
    opened = receiver().open(*wrapped(world, message))
    assert (opened.key, opened.event) == ("message:23456789012345678", "")
    assert opened.message["Content"] == "您好"


def test_a_sent_event_tells_how_it_went() -> None:
    world = world_with("aes", "xml")
    entry = {"TemplateId": "t", "MsgID": "77", "ErrorCode": "-2", "ErrorStatus": "failed"}
    opened = receiver().open(*wrapped(world, event(world, "subscribe_msg_sent_event", List=entry)))
    (sent,) = wechat_push.subscriptions(opened)
    assert (sent.message_id, sent.error_code, sent.answer) == ("77", -2, "")


@pytest.mark.parametrize("listed", [None, "text", [], ["x"], [{"no": "template"}]])
def test_odd_lists_are_no_answers(listed: Any) -> None:
    world = world_with()
    opened = receiver().open(*wrapped(world, event(world, List=listed)))
    assert wechat_push.subscriptions(opened) == []


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_media_verdict(form: str) -> None:
    world = world_with("aes", form)
    detail = [{"strategy": "content_model", "errcode": 0, "suggest": "risky", "label": 20002}]
    fields = {"trace_id": "a-b", "version": 2, "errcode": 0, "detail": detail}
    result = {"result": {"suggest": "risky", "label": 20002}}
    opened = receiver().open(*wrapped(world, event(world, "wxa_media_check", **fields, **result)))
    found = wechat_push.media_verdict(opened)
    assert found.verdict is not None
    assert (found.trace_id, found.verdict.suggest, found.verdict.label) == ("a-b", "risky", 20002)


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_media_verdict_without_download(form: str) -> None:
    world = world_with("aes", form)
    fields = {"trace_id": "a-b", "errcode": -1008, "errmsg": "download failed"}
    opened = receiver().open(*wrapped(world, event(world, "wxa_media_check", **fields)))
    found = wechat_push.media_verdict(opened)
    assert (found.errcode, found.verdict) == (-1008, None)


@pytest.mark.parametrize(
    "fields", [{}, {"trace_id": "a"}, {"trace_id": "a", "errcode": "?"}, {"trace_id": 5}]
)
def test_no_media_verdict(fields: dict[str, Any]) -> None:
    world = world_with()
    opened = receiver().open(*wrapped(world, event(world, "wxa_media_check", **fields)))
    with pytest.raises(PushRefused):
        wechat_push.media_verdict(opened)


def test_only_media_events_are_media_verdicts() -> None:
    world = world_with()
    opened = receiver().open(*wrapped(world, event(world, trace_id="a")))
    with pytest.raises(PushRefused):
        wechat_push.media_verdict(opened)


@pytest.mark.parametrize(("mode", "form"), WRAPPINGS)
@pytest.mark.parametrize(
    "changes",
    [
        {"signature": "0" * 40, "msg_signature": "0" * 40},
        {"signature": "", "msg_signature": ""},
        {"signature": "ключ\udc80", "msg_signature": "ключ\udc80"},
        {"nonce": "other"},
        {"timestamp": "1"},
        {"timestamp": ""},
    ],
)
def test_forged_queries_are_refused(mode: str, form: str, changes: dict[str, str]) -> None:
    world = world_with(mode, form)
    query, body = wrapped(world, event(world))
    with pytest.raises(PushRefused, match="wrong signature"):
        receiver(mode).open(query | changes, body)


@pytest.mark.parametrize("mode", ["plain", "aes"])
def test_another_token_is_refused(mode: str) -> None:
    world = world_with(mode, token="stolen")
    with pytest.raises(PushRefused, match="wrong signature"):
        receiver(mode).open(*wrapped(world, event(world)))


@pytest.mark.parametrize("form", ["xml", "json"])
def test_the_body_cannot_be_swapped(form: str) -> None:
    world = world_with("aes", form)
    query, _ = wrapped(world, event(world))
    _, other = wrapped(world, event(world, "user_enter_tempsession"))
    with pytest.raises(PushRefused, match="wrong signature"):
        receiver().open(query, other)


def test_in_compat_mode_only_the_sealed_part_counts() -> None:
    world = world_with("compat", "json")
    query, body = wrapped(world, event(world, List=ENTRY))
    forged = json.loads(body) | {"Event": "forged", "FromUserName": "oAttacker"}
    opened = receiver().open(query, json.dumps(forged).encode())
    assert (opened.event, opened.openid) == ("subscribe_msg_popup_event", "oResident1")


def test_plain_pushes_are_refused_where_a_key_is_set() -> None:
    world = world_with("plain")
    with pytest.raises(PushRefused, match="not encrypted"):
        receiver("aes").open(*wrapped(world, event(world)))


def test_a_sealed_push_without_its_mark_is_refused() -> None:
    world = world_with("aes")
    query, body = wrapped(world, event(world))
    with pytest.raises(PushRefused, match="not encrypted"):
        receiver("aes").open({k: v for k, v in query.items() if k != "encrypt_type"}, body)


def test_another_account_is_refused() -> None:
    world = world_with("aes")
    world.settings.appid = "wxother"
    with pytest.raises(PushRefused, match="cannot be decrypted"):
        receiver().open(*wrapped(world, event(world)))


@pytest.mark.parametrize("mode", ["plain", "aes"])
@pytest.mark.parametrize("seconds", [-301, 301, 10**6])
def test_an_old_push_is_refused(mode: str, seconds: int) -> None:
    world = world_with(mode)
    late = receiver(mode, clock=lambda: time.time() + seconds)
    with pytest.raises(PushRefused, match="too old"):
        late.open(*wrapped(world, event(world)))
    near = receiver(mode, clock=lambda: time.time() + 290)
    assert near.open(*wrapped(world, event(world))).openid == "oResident1"


def signed(body: str, mode: str) -> dict[str, str]:
    stamp, nonce = str(int(time.time())), "n"
    parts = (TOKEN, stamp, nonce) + ((body,) if mode == "aes" else ())
    name = "msg_signature" if mode == "aes" else "signature"
    return {name: push.sign(*parts), "timestamp": stamp, "nonce": nonce, "encrypt_type": mode}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<xml>",
        b"<xml></xml>",
        b"<html/>",
        b"[1]",
        b"\xff\xfe",
        b"{}",
        b'{"MsgType":"event"}',
        b'{"FromUserName":"o","MsgType":"event","CreateTime":"soon"}',
        b'{"FromUserName":"o","MsgType":"event","CreateTime":"' + b"1" * 5000 + b'"}',
        b'{"FromUserName":5,"MsgType":"event","CreateTime":"5"}',
        b"{" * 100_000,
        b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
        b'{"FromUserName":"o","MsgType":"event","CreateTime":"1","a":' + b"<xml>" * 100_000,
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><xml>&b;</xml>",
        b" " * (wechat_push.MOST_BODY_BYTES + 1),
    ],
)
def test_unreadable_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(PushRefused):
        receiver("plain").open(signed("", "plain"), body)
    with pytest.raises(PushRefused):
        receiver("aes").open(signed("", "aes"), body)


def test_size_has_an_end() -> None:
    world = world_with("plain")
    for size, is_taken in ((wechat_push.MOST_BODY_BYTES - 1000, True), (300_000, False)):
        query, body = wrapped(world, event(world) | {"Content": "x" * size})
        if is_taken:
            assert receiver("plain").open(query, body).openid == "oResident1"
        else:
            with pytest.raises(PushRefused, match="too large"):
                receiver("plain").open(query, body)


def test_a_deep_message_is_refused() -> None:
    deep = "<a>" * 5000 + "</a>" * 5000
    head = "<FromUserName>o</FromUserName><MsgType>event</MsgType><CreateTime>1</CreateTime>"
    with pytest.raises(PushRefused):
        receiver("plain").open(signed("", "plain"), f"<xml>{head}{deep}</xml>".encode())


@given(st.binary(max_size=200))
def test_sealed_rubbish_is_refused(rubbish: bytes) -> None:
    sealed = base64.b64encode(rubbish).decode()
    with pytest.raises(PushRefused):
        receiver().open(signed(sealed, "aes"), json.dumps({"Encrypt": sealed}).encode())


@given(st.text(max_size=200))
def test_any_text_is_refused(text: str) -> None:
    body = json.dumps({"Encrypt": text}).encode()
    try:
        query = signed(text, "aes")
    except UnicodeEncodeError:
        query = signed("", "aes")
    with pytest.raises(PushRefused):
        receiver().open(query, body)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=50))
def test_any_content_survives_both_ways(content: str) -> None:
    for form in ("xml", "json"):
        world = world_with("aes", form)
        opened = receiver().open(*wrapped(world, event(world) | {"Content": content}))
        found = opened.message["Content"] or ""
        assert found == (content.strip() if form == "xml" else content)


def test_a_foreign_library_seals_what_we_open() -> None:
    crypto = WeChatCrypto(TOKEN, AES_KEY, "wxtest")
    text = json.dumps(event(world_with()))
    stamp = str(int(time.time()))
    body = crypto.encrypt_message(text, "nonce", stamp).encode()
    sealed = body.split(b"CDATA[")[1].split(b"]]")[0].decode()
    query = {"timestamp": stamp, "nonce": "nonce", "encrypt_type": "aes"}
    query["msg_signature"] = push.sign(TOKEN, stamp, "nonce", sealed)
    assert receiver().open(query, body).openid == "oResident1"


def test_a_foreign_library_opens_what_the_mock_seals() -> None:
    for form in ("xml", "json"):
        world = world_with("aes", form)
        query, body = wrapped(world, event(world))
        crypto = WeChatCrypto(TOKEN, AES_KEY, "wxtest")
        message = json.loads(body) if form == "json" else body.decode()
        names = ("msg_signature", "timestamp", "nonce")
        text = crypto.decrypt_message(message, *(query[name] for name in names))
        assert "subscribe_msg_popup_event" in text


def test_the_handshake() -> None:
    stamp, nonce = str(int(time.time())), "n"
    signature = hashlib.sha1("".join(sorted((TOKEN, stamp, nonce))).encode()).hexdigest()
    query = {"signature": signature, "timestamp": stamp, "nonce": nonce, "echostr": "4711"}
    assert receiver("aes").verify(query) == "4711"
    assert receiver("plain").verify(query) == "4711"
    with pytest.raises(PushRefused):
        receiver().verify(query | {"signature": signature[:-1] + "z"})
    with pytest.raises(PushRefused):
        receiver().verify({})
    with pytest.raises(PushRefused, match="too old"):
        receiver(clock=lambda: time.time() + 400).verify(query)


def test_an_empty_token_would_open_the_door() -> None:
    with pytest.raises(ValueError, match="token"):
        Receiver("wxtest", "")


def test_a_refusal_does_not_tell_why() -> None:
    refused = PushRefused("wrong signature")
    assert (refused.status, refused.detail) == (403, "")
    assert str(refused) == "wrong signature"
