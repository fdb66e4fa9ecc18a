"""Message push: WeChat telling our server what happened, signed, wrapped and tried three times."""

import base64
import hashlib
import json
import os
import secrets
import struct
import time
from collections.abc import Coroutine
from typing import Any
from xml.sax.saxutils import escape

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sanic import Sanic

from wechat_mock.world import Callback, World

TRIES = 3
REPLY_SECONDS = 5.0
WRAPPERS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


def sign(*parts: str) -> str:
    """sha1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's own


def encrypt(text: str, aes_key: str, appid: str) -> str:
    """AES-256-CBC as WeChat wraps it: 16 random bytes, length, text, appid; PKCS7 to 32."""
    key = base64.b64decode(aes_key + "=")
    raw = text.encode()
    plain = os.urandom(16) + struct.pack(">I", len(raw)) + raw + appid.encode()
    padding = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def to_xml(message: dict[str, Any]) -> str:
    """The message as WeChat's XML; a list repeats its tag, events of consent are nested."""
    wrapper = WRAPPERS.get(str(message.get("Event", "")))
    if wrapper and "List" in message:
        rest = {name: value for name, value in message.items() if name != "List"}
        message = rest | {wrapper: {"List": message["List"]}}
    return f"<xml>{_nodes(message)}</xml>"


def _nodes(message: dict[str, Any]) -> str:
    return "".join(
        f"<{name}>{_node(item)}</{name}>"
        for name, value in message.items()
        for item in (value if isinstance(value, list) else [value])
    )


def _node(value: Any) -> str:
    if isinstance(value, dict):
        return _nodes(value)
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return escape(json.dumps(value))


def wrap(world: World, callback: Callback, message: dict[str, Any]) -> tuple[dict[str, str], str]:
    """(query, body) of one push, freshly signed."""
    is_json = callback.format == "json"
    text = json.dumps(message, ensure_ascii=False) if is_json else to_xml(message)
    stamp, nonce = str(int(world.now())), str(secrets.randbelow(10**10))
    query = {
        "signature": sign(callback.token, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
        "openid": str(message.get("FromUserName", "")),
    }
    if callback.mode == "plain":
        return query, text
    sealed = encrypt(text, callback.aes_key, world.settings.appid)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sign(callback.token, stamp, nonce, sealed)
    outer = message if callback.mode == "compat" else {"ToUserName": message.get("ToUserName", "")}
    outer = outer | {"Encrypt": sealed}
    return query, json.dumps(outer, ensure_ascii=False) if is_json else to_xml(outer)


def _client(world: World) -> httpx.AsyncClient:
    transport = world.settings.transport
    return httpx.AsyncClient(timeout=REPLY_SECONDS, trust_env=False, transport=transport)


async def _attempt(client: httpx.AsyncClient, url: str, sent: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        answer = await client.post(
            url,
            params=sent["query"],
            content=sent["body"].encode(),
            headers={"content-type": sent["content_type"]},
        )
        seen = {"status": answer.status_code, "body": answer.text[:200]}
    except httpx.HTTPError as error:
        seen = {"status": 0, "body": type(error).__name__}
    return seen | {"ms": round((time.monotonic() - began) * 1000)}


def _is_taken(seen: dict[str, Any]) -> bool:
    return bool(seen["status"] == 200 and seen["body"].strip() in ("", "success"))


async def deliver(
    world: World, message: dict[str, Any], changes: dict[str, str] | None = None
) -> dict[str, Any]:
    """Push until taken, three times at most. ``changes`` to the query are for forgeries."""
    callback = world.callback
    if callback is None:
        return {"delivered": False, "attempts": [], "why": "no callback configured"}
    attempts: list[dict[str, Any]] = []
    kind = "application/json" if callback.format == "json" else "text/xml"
    async with _client(world) as client:
        for _ in range(TRIES):
            query, body = wrap(world, callback, message)
            sent = {"query": query | (changes or {}), "body": body, "content_type": kind}
            attempts.append(await _attempt(client, callback.url, sent))
            if _is_taken(attempts[-1]):
                break
    record = {"delivered": _is_taken(attempts[-1]), "attempts": attempts}
    world.pushes.append({"at": world.now(), "message": message} | record)
    return record


def event_message(world: World, name: str, openid: str, fields: dict[str, Any]) -> dict[str, Any]:
    """An event's envelope around its own fields."""
    return {
        "ToUserName": world.settings.account,
        "FromUserName": openid,
        "CreateTime": int(world.now()),
        "MsgType": "event",
        "Event": name,
    } | fields


async def event(
    app: Sanic[Any, Any], name: str, openid: str, fields: dict[str, Any]
) -> dict[str, Any]:
    """Push an event now."""
    world: World = app.ctx.world
    return await deliver(world, event_message(world, name, openid, fields))


def subscription_event(
    app: Sanic[Any, Any], name: str, openid: str, entries: list[dict[str, str]]
) -> None:
    """Push one of the consent events soon. In JSON a single entry comes bare, not in a list."""
    listed: Any = entries[0] if len(entries) == 1 else entries
    later(app, event(app, name, openid, {"List": listed}))


def later(app: Sanic[Any, Any], work: Coroutine[Any, Any, Any]) -> None:
    """Run beside the answer. The application holds the task: the loop alone would let it go."""
    task = app.loop.create_task(work)
    app.ctx.tasks.add(task)
    task.add_done_callback(app.ctx.tasks.discard)


async def verify(world: World, callback: Callback) -> bool:
    """The handshake when a callback is saved: our server must echo ``echostr``."""
    stamp, nonce = str(int(world.now())), str(secrets.randbelow(10**10))
    echo = str(secrets.randbelow(10**18))
    query = {"signature": sign(callback.token, stamp, nonce), "timestamp": stamp}
    query |= {"nonce": nonce, "echostr": echo}
    try:
        async with _client(world) as client:
            answer = await client.get(callback.url, params=query)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and answer.text.strip() == echo
