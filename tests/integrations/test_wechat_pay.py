"""The gateway to WeChat Pay in front of the mock: direct and as a service provider, with the
platform's public key and with its certificates."""

import asyncio
import gzip
import hashlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sanic import Sanic

from backend.core import clock
from backend.integrations.wechat_pay import Merchant, Order, RefundOrder, WeChatPay, shortened
from backend.integrations.wechat_pay_errors import (
    MerchantTooLow,
    NoSuchNumber,
    NumberUsed,
    OrderClosed,
    OrderPaid,
    PayError,
    Unanswered,
)
from backend.integrations.wechat_pay_notify import NotifyRefused, Verifier, key_of
from tests.engines.checkouts.bank import OURS, _pem
from wechat_mock import create_app
from wechat_mock.pay import keys
from wechat_mock.world import Settings, World

Sanic.test_mode = True
NUMBERS = itertools.count()
MCHID, SUB, APPID = "1900000001", "1900000109", "wxtest"
SERIAL, APIV3_KEY = "5A3D1E0000000000000000000000000000DE0001", "k" * 32


@dataclass
class Side:
    """WeChat's side: its memory, its control plane, and the notifications that it sent."""

    world: World
    http: httpx.AsyncClient
    told: list[httpx.Request] = field(default_factory=list)
    made: list[WeChatPay] = field(default_factory=list)

    def client(self, **changes: Any) -> WeChatPay:
        platform = self.world.pay.platform
        if changes.get("public_key") == "":
            self.world.pay.add(account("certificate"))
        known: dict[str, Any] = {
            "appid": APPID,
            "mchid": MCHID,
            "serial": SERIAL,
            "private_key": _pem(OURS, is_private=True),
            "apiv3_key": APIV3_KEY,
            "public_key": platform.public_pem,
            "public_key_id": platform.public_key_id,
            "notify_url": "http://127.0.0.1:9/notify",
            "base_url": "http://wechat.test",
        }
        client = WeChatPay(Merchant(**known | changes), transport=self.http._transport)
        self.made.append(client)
        return client

    async def pay(self, prepay_id: str, client: WeChatPay | None = None) -> None:
        """In the pay sheet: with its parameters where a client is given, which proves paySign."""
        body: dict[str, Any] = {"prepay_id": prepay_id}
        if client is not None:
            sheet = client.signed(prepay_id)
            body = {
                "params": {
                    "appId": client.merchant.appid,
                    "timeStamp": sheet.time_stamp,
                    "nonceStr": sheet.nonce,
                    "package": sheet.package,
                    "signType": sheet.sign_type,
                    "paySign": sheet.pay_sign,
                }
            }
        answer = await self.http.post("/control/pay/pay", json=body | {"openid": "openid-1"})
        assert answer.status_code == 200, answer.text

    async def notification(self) -> httpx.Request:
        for _ in range(100):
            if self.told:
                return self.told.pop(0)
            await asyncio.sleep(0.02)
        raise AssertionError("nothing was told")


def account(mode: keys.KeyMode = "public_key") -> keys.Merchant:
    """What WeChat knows of us."""
    names = {SUB: "桂香物业"}
    apps = frozenset({APPID})
    public = OURS.public_key()
    return keys.Merchant(MCHID, SERIAL, public, APIV3_KEY, apps, mode=mode, sub_mchids=names)


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    told: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        told.append(request)
        return httpx.Response(204)

    settings = Settings(APPID, "hush", transport=httpx.MockTransport(take))
    app = create_app(settings, name=f"pay{next(NUMBERS)}")
    transport = httpx.ASGITransport(app=app)
    app.ctx.world.pay.add(account())
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=transport, base_url="http://wechat.test") as http,
    ):
        side = Side(app.ctx.world, http, told)
        yield side
        for client in side.made:
            await client.close()


def order(**changes: Any) -> Order:
    at = clock.now().replace(microsecond=0) + timedelta(minutes=30)
    known: dict[str, Any] = {
        "number": "LP20261124201500ABCDEFGHJKLM",
        "words": "物业费",
        "amount": 12800,
        "openid": "openid-1",
        "expires_at": at,
    }
    return Order(**known | changes)


MODES: dict[str, tuple[dict[str, Any], str]] = {
    "direct": ({}, ""),
    "partner": ({"is_partner": True}, SUB),
    "certificates": ({"public_key": "", "public_key_id": ""}, ""),
}


@pytest.mark.parametrize("mode", MODES)
async def test_there_and_back(side: Side, mode: str) -> None:
    changes, sub = MODES[mode]
    client, wanted = side.client(**changes), order(sub_mchid=sub)
    prepay_id = await client.prepay(wanted)
    assert await client.prepay(wanted) == prepay_id
    assert (await client.query(wanted.number, sub)).state == "NOTPAY"
    await side.pay(prepay_id, client)
    paid = await client.query(wanted.number, sub)
    assert (paid.is_paid, paid.amount, paid.currency) == (True, 12800, "CNY")
    assert (paid.mchid, paid.sub_mchid, paid.appid) == (MCHID, sub, APPID)
    assert paid.paid_at is not None
    assert abs(paid.paid_at - datetime.now(UTC)) < timedelta(minutes=1)
    back = RefundOrder("LR1", paid.transaction_id, 100, 12800, "多收了", sub)
    first = await client.refund(back)
    again = await client.refund(back)
    assert (first.refund_id, first.amount, first.total) == (again.refund_id, 100, 12800)
    assert (await client.query_refund("LR1", sub)).number == "LR1"
    with pytest.raises(OrderPaid):
        await client.close_order(wanted.number, sub)
    with pytest.raises(OrderPaid):
        await client.prepay(wanted)


@pytest.mark.parametrize("mode", MODES)
async def test_its_notifications_open(side: Side, mode: str) -> None:
    changes, sub = MODES[mode]
    client = side.client(**changes)
    await side.pay(await client.prepay(order(sub_mchid=sub)))
    request = await side.notification()
    public = client.merchant.public_key
    known = {client.merchant.public_key_id: key_of(public)} if public else {}
    verifier = Verifier(APIV3_KEY, known, fetch=client.certificates)
    notice = await verifier.open(dict(request.headers), request.content)
    assert (notice.event, notice.kind) == ("TRANSACTION.SUCCESS", "transaction")
    assert notice.resource["out_trade_no"] == order().number
    with pytest.raises(NotifyRefused):
        await verifier.open(dict(request.headers), request.content + b" ")


async def test_a_certificate_after_the_public_key(side: Side) -> None:
    """While WeChat changes over, either signs: what is unknown is fetched, but seldom."""
    client, platform = side.client(), side.world.pay.platform
    certificate = platform.certificates[-1]
    fetched = 0

    async def fetch() -> dict[str, Any]:
        nonlocal fetched
        fetched += 1
        return {certificate.serial: certificate.key.public_key()}

    at = datetime.now(UTC).timestamp()
    verifier = Verifier(APIV3_KEY, {}, fetch=fetch, clock=lambda: at)
    await side.pay(await client.prepay(order()))
    request = await side.notification()
    headers = dict(request.headers)
    for serial in ("AB12", "CD34", "PUB_KEY_ID_1", "no number"):
        with pytest.raises(NotifyRefused):
            await verifier.open(headers | {"wechatpay-serial": serial}, request.content)
    # The mock's first certificate is for the same key as its public key.
    await verifier.open(headers | {"wechatpay-serial": certificate.serial.lower()}, request.content)
    assert fetched == 1


async def test_what_it_refuses(side: Side) -> None:
    client = side.client()
    with pytest.raises(NoSuchNumber):
        await client.query("LP-of-nobody")
    with pytest.raises(NoSuchNumber):
        await client.query_refund("LR-of-nobody")
    with pytest.raises(NoSuchNumber):
        await client.close_order("LP-of-nobody")
    await client.prepay(order())
    with pytest.raises(NumberUsed):
        await client.prepay(order(amount=1))
    await client.close_order(order().number)
    with pytest.raises(OrderClosed):
        await client.prepay(order())
    with pytest.raises(PayError, match="SIGN_ERROR"):
        await side.client(serial="00").query("x")
    with pytest.raises(PayError, match=r"PARAM_ERROR|NO_AUTH"):
        await side.client(mchid="1900000001", is_partner=True).prepay(order(sub_mchid="1900000777"))


async def test_the_merchants_account_is_too_low(side: Side) -> None:
    client = side.client()
    await side.pay(await client.prepay(order()))
    paid = await client.query(order().number)
    answer = await side.http.post("/control/pay/balance", json={"account": MCHID, "balance": 0})
    assert answer.status_code == 200, answer.text
    with pytest.raises(MerchantTooLow):
        await client.refund(RefundOrder("LR1", paid.transaction_id, 12800, 12800, "x"))


async def test_an_answer_signed_by_a_stranger(side: Side) -> None:
    client = side.client(public_key=_pem(keys.new_key(), is_private=False))
    with pytest.raises(Unanswered):
        await client.prepay(order())
    assert (await side.client().query(order().number)).state == "NOTPAY"


@pytest.mark.parametrize("failure", [httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_no_answer(side: Side, failure: type[httpx.HTTPError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise failure("gone")

    client = WeChatPay(side.client().merchant, transport=httpx.MockTransport(fail))
    with pytest.raises(Unanswered):
        await client.prepay(order())
    await client.close()


@pytest.mark.parametrize(
    ("status", "content"),
    [(500, b""), (502, b"<html>"), (200, b"{"), (200, b"[]"), (404, b"x"), (429, b"")],
)
async def test_answers_that_are_none(side: Side, status: int, content: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    client = WeChatPay(side.client().merchant, transport=transport)
    with pytest.raises(PayError) as refused:
        await client.prepay(order())
    assert refused.value.advice == ("retry" if status == 429 else "ask")
    await client.close()


async def test_a_bill_comes_with_its_hash(side: Side) -> None:
    client = side.client()
    await side.pay(await client.prepay(order()))
    await side.http.post("/control/clock", json={"advance_seconds": 36 * 3600})
    day = clock.today()
    bill = await client.trade_bill(day)
    text = gzip.decompress(bill.content)
    assert hashlib.sha1(text).hexdigest() == bill.sha1
    assert order().number in text.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("物业费", "物业费"), ("a\nb\x00c", "abc"), ("\n", "wechatpay"), ("费" * 60, "费" * 42)],
)
def test_words_that_fit(text: str, wanted: str) -> None:
    assert shortened(text) == wanted
