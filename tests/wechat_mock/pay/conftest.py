"""A merchant in front of the mock: signs, verifies and opens by code of its own."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from tests.wechat_mock.conftest import Mock
from wechat_mock.pay import keys
from wechat_mock.pay.books import Order

MCHID, PARTNER, SUB = "1900000001", "1900000002", "1900000102"
SERIAL = "5A3D1E0000000000000000000000000000DE0001"
APIV3_KEY = "0123456789abcdef0123456789ABCDEF"
APPID = "wxtest"
NOTIFY = "http://127.0.0.1:9/notify"
JSAPI = "/v3/pay/transactions/jsapi"
REFUNDS = "/v3/refund/domestic/refunds"


@lru_cache
def key(name: str) -> RSAPrivateKey:
    """A key by name, made once: it takes a while."""
    return keys.new_key()


def merchant(mchid: str = MCHID, **more: Any) -> keys.Merchant:
    public = key("merchant").public_key()
    return keys.Merchant(mchid, SERIAL, public, APIV3_KEY, frozenset({APPID}), **more)


@dataclass
class Client:
    """One merchant's client. Every answer's signature is verified unless told otherwise."""

    mock: Mock
    mchid: str = MCHID
    signs_with: str = "merchant"

    def authorization(self, method: str, target: str, body: str, **changes: Any) -> str:
        said = {"mchid": self.mchid, "serial_no": SERIAL, "nonce_str": "n" * 32}
        said |= {"timestamp": str(int(time.time()))} | changes
        text = f"{method}\n{target}\n{said['timestamp']}\n{said['nonce_str']}\n{body}\n"
        raw = key(self.signs_with).sign(text.encode(), PKCS1v15(), SHA256())
        said = {"signature": base64.b64encode(raw).decode()} | said
        fields = ",".join(f'{name}="{value}"' for name, value in said.items())
        return f"WECHATPAY2-SHA256-RSA2048 {fields}"

    async def send(
        self, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        content = "" if body is None else json.dumps(body, ensure_ascii=False)
        signed = {"authorization": self.authorization(method, target, content)}
        request = self.mock.http.build_request(
            method, target, content=content.encode(), headers=signed | (headers or {})
        )
        return await self.mock.http.send(request)

    async def get(self, target: str, code: int = 200) -> dict[str, Any]:
        return self.verified(await self.send("GET", target), code)

    async def post(self, target: str, body: Any, code: int = 200) -> dict[str, Any]:
        return self.verified(await self.send("POST", target, body), code)

    def verified(self, answer: httpx.Response, code: int = 200) -> dict[str, Any]:
        assert answer.status_code == code, answer.text
        self.verify(answer.headers, answer.content)
        return answer.json() if answer.content else {}

    def verify(self, headers: Any, body: bytes) -> None:
        """Raise unless the platform signed exactly these bytes, within five minutes."""
        stamp, nonce = headers["wechatpay-timestamp"], headers["wechatpay-nonce"]
        assert abs(time.time() - int(stamp)) < 300
        assert headers["wechatpay-signature-type"] == "WECHATPAY2-SHA256-RSA2048"
        platform = self.mock.world.pay.platform
        known = {s.serial: s.key for s in (*platform.public_keys, *platform.certificates)}
        public = known[headers["wechatpay-serial"]].public_key()
        signature = base64.b64decode(headers["wechatpay-signature"])
        public.verify(
            signature, f"{stamp}\n{nonce}\n".encode() + body + b"\n", PKCS1v15(), SHA256()
        )

    def opened(self, request: httpx.Request) -> dict[str, Any]:
        """A notification, verified and unsealed."""
        self.verify(request.headers, request.content)
        return unsealed(json.loads(request.content)["resource"])

    # -- what tests do often -------------------------------------------------------------------
    async def order(self, number: str, total: int = 10_000, **changes: Any) -> Order:
        await self.post(JSAPI, prepay_body(out_trade_no=number, amount={"total": total}) | changes)
        return self.mock.world.pay.orders[(self.mchid, "", number)]

    async def paid(self, number: str, total: int = 10_000, **changes: Any) -> Order:
        order = await self.order(number, total, **changes)
        said = await self.mock.control("pay/pay", prepay_id=order.prepay_id, quietly=True)
        assert said["errMsg"] == "requestPayment:ok"
        return order


def unsealed(resource: dict[str, str], apiv3_key: str = APIV3_KEY) -> dict[str, Any]:
    raw = AESGCM(apiv3_key.encode()).decrypt(
        resource["nonce"].encode(),
        base64.b64decode(resource["ciphertext"]),
        resource["associated_data"].encode(),
    )
    return json.loads(raw)


def prepay_body(**changes: Any) -> dict[str, Any]:
    return {
        "appid": APPID,
        "mchid": MCHID,
        "description": "物业费 2026年11月",
        "out_trade_no": "bill-000001",
        "notify_url": NOTIFY,
        "amount": {"total": 10_000, "currency": "CNY"},
        "payer": {"openid": "oResident1"},
    } | changes


def refund_body(number: str, out_refund_no: str, refund: int, total: int) -> dict[str, Any]:
    amount = {"refund": refund, "total": total, "currency": "CNY"}
    return {
        "out_trade_no": number,
        "out_refund_no": out_refund_no,
        "amount": amount,
        "notify_url": NOTIFY,
    }


@dataclass
class Receiver:
    """Where notifications arrive; ``answers`` are given in turn, then 204."""

    requests: list[httpx.Request] = field(default_factory=list)
    answers: list[httpx.Response | Exception] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(204)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def receiver(mock: Mock) -> Iterator[Receiver]:
    heard = Receiver()
    mock.world.settings.transport = httpx.MockTransport(heard)
    return heard


@pytest.fixture
def client(mock: Mock) -> Client:
    """A direct merchant's client; the account is rich enough for any refund."""
    books = mock.world.pay
    books.platform = keys.Platform(key("platform"), "PUB_KEY_ID_" + "7" * 34)
    books.add(merchant(name="桂香社区", fee_rate=Decimal("0.006")))
    books.add(merchant(PARTNER, name="服务商", sub_mchids={SUB: "桂香物业"}))
    books.balances |= {MCHID: 10_000_000, SUB: 10_000_000}
    return Client(mock)


@pytest.fixture
def partner(client: Client) -> Client:
    return Client(client.mock, PARTNER)


async def until(holds: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for something that happens beside the answer."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)
