"""Notifications: sealed, signed, and tried again on the mock's clock until they are taken."""

import asyncio
import json
import time
import uuid
from typing import Any

import httpx
from sanic import Sanic

from wechat_mock import push
from wechat_mock.pay import keys
from wechat_mock.pay.books import MOST_NOTICES, Books, Notice, Order, moment
from wechat_mock.pay.control_forms import Forgery
from wechat_mock.pay.edge import signature_headers
from wechat_mock.pay.orders import told
from wechat_mock.world import World

REPLY_SECONDS = 5.0
MINUTE, HOUR = 60, 3600
RETRY_SECONDS = (
    15,
    15,
    30,
    *(3 * MINUTE, 10 * MINUTE, 20 * MINUTE),
    *(30 * MINUTE,) * 3,
    60 * MINUTE,
    *(3 * HOUR,) * 3,
    *(6 * HOUR,) * 2,
)
TAKEN = (200, 204)
PROBE = "WECHATPAY/SIGNTEST/"


def new_id() -> str:
    """A notification's id: 36 characters."""
    return str(uuid.uuid4())


def payment(order: Order, now: float) -> Notice:
    """The notification that an order is paid."""
    url = str(order.terms["notify_url"])
    event = "TRANSACTION.SUCCESS"
    return Notice(new_id(), order, url, event, "transaction", "支付成功", told(order), now)


def announce(app: Sanic[Any, Any], notice: Notice) -> None:
    """Send a notification as the policy says: at once, later, several times, or held back."""
    world: World = app.ctx.world
    books = world.pay
    if books.policy.is_silent:
        return
    while len(books.notices) >= MOST_NOTICES:
        books.notices.popitem(last=False)
    books.notices[notice.id] = notice
    if books.policy.is_holding:
        notice.state = "held"
        return
    release(app, notice)


def release(app: Sanic[Any, Any], notice: Notice) -> None:
    """Let a notification go its way."""
    world: World = app.ctx.world
    notice.state, notice.next_at = "waiting", world.now() + world.pay.policy.delay_seconds
    push.later(app, _carry(app, world.pay, notice))


async def _carry(app: Sanic[Any, Any], books: Books, notice: Notice) -> None:
    world: World = app.ctx.world
    for pause in (*RETRY_SECONDS, None):
        await world.wait_until(notice.next_at or 0.0)
        if world.pay is not books:
            return
        copies = 1 if notice.attempts else books.policy.copies
        sent = await asyncio.gather(*(attempt(app, notice) for _ in range(copies)))
        if any(is_taken(seen) for seen in sent):
            notice.state, notice.next_at = "delivered", None
            return
        notice.next_at = None if pause is None else world.now() + pause
    notice.state = "given up"


def is_taken(seen: dict[str, Any]) -> bool:
    """Whether the receiver's answer says that it has the notification."""
    return seen["status"] in TAKEN


# -- one attempt -------------------------------------------------------------------------------
def _body(notice: Notice, forgery: Forgery) -> bytes:
    """Sealed once: every try of a notification carries the same bytes."""
    if notice.body and not forgery.reseals:
        return notice.body.encode()
    resource = _overlaid(notice.resource, forgery.resource)
    text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
    sealed = keys.seal(forgery.apiv3_key or notice.order.merchant.apiv3_key, text, notice.kind)
    if forgery.associated_data is not None:
        sealed["associated_data"] = forgery.associated_data
    envelope = {
        "id": notice.id,
        "create_time": moment(notice.made_at),
        "resource_type": "encrypt-resource",
        "event_type": notice.event_type,
        "summary": notice.summary,
        "resource": {"original_type": notice.kind, **sealed},
    }
    body = json.dumps(envelope | forgery.envelope, ensure_ascii=False, separators=(",", ":"))
    if not forgery.reseals:
        notice.body = body
    return body.encode()


def _overlaid(resource: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The changes, one level deep: ``{"amount": {"total": 1}}`` keeps the rest of amount."""
    said = dict(resource)
    for name, value in changes.items():
        inner = said.get(name)
        both = isinstance(value, dict) and isinstance(inner, dict)
        said[name] = inner | value if both else value
    return said


def _headers(world: World, notice: Notice, body: bytes, forgery: Forgery) -> dict[str, str]:
    signer = world.pay.platform.signer(notice.order.merchant.mode)
    if forgery.signed_by_stranger:
        signer = keys.Signer(signer.serial, keys.new_key())
    headers = signature_headers(signer, body, time.time() - forgery.age_seconds)
    if forgery.is_probe:
        headers["Wechatpay-Signature"] = PROBE + headers["Wechatpay-Signature"][len(PROBE) :]
    if forgery.serial is not None:
        headers["Wechatpay-Serial"] = forgery.serial
    if forgery.signature is not None:
        headers["Wechatpay-Signature"] = forgery.signature
    headers = {name: value for name, value in headers.items() if name not in forgery.without}
    return headers | {"content-type": "application/json", "user-agent": "Mozilla/4.0"}


async def attempt(
    app: Sanic[Any, Any], notice: Notice, forgery: Forgery | None = None
) -> dict[str, Any]:
    """Send it once; how it was taken is kept with it. ``forgery`` changes what is sent."""
    world: World = app.ctx.world
    forged = forgery or Forgery()
    body = _body(notice, forged)
    headers = _headers(world, notice, body, forged)
    began = time.monotonic()
    async with app.ctx.gate:
        seen = await _post(app, notice.url, headers, body + (b" " if forged.tampers else b""))
    seen |= {"at": world.now(), "ms": round((time.monotonic() - began) * 1000)}
    notice.attempts.append(seen | ({"is_forged": True} if forgery else {}))
    return seen


async def _post(
    app: Sanic[Any, Any], url: str, headers: dict[str, str], content: bytes
) -> dict[str, Any]:
    try:
        async with asyncio.timeout(REPLY_SECONDS):
            answer = await courier(app).post(url, content=content, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        return {"status": 0, "body": type(error).__name__}
    return {"status": answer.status_code, "body": answer.text[:200]}


def courier(app: Sanic[Any, Any]) -> httpx.AsyncClient:
    """One client for all notifications: to make one takes longer than to send."""
    transport = app.ctx.world.settings.transport
    couriers: dict[Any, httpx.AsyncClient] = app.ctx.couriers
    if transport not in couriers:
        couriers[transport] = httpx.AsyncClient(
            trust_env=False, transport=transport, timeout=REPLY_SECONDS
        )
    return couriers[transport]
