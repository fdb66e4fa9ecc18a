"""WeChat Pay v3 (api.mch.weixin.qq.com, or the mock): the calls this product makes, and no others.

`wechatpayv3` signs requests and checks answers; around it stands what it lacks: errors that say
what to do, an end to waiting, a client that reads no proxies from the environment, addresses that
come from settings. Every call raises a `PayError`. Nothing is retried here.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import httpx
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

from backend.core.clock import SHANGHAI
from backend.integrations import wechat_pay_answers as answers
from backend.integrations.wechat_pay_answers import Prepay, RefundState, Transaction
from backend.integrations.wechat_pay_errors import NotOpen, Unanswered, Unreached, error_of

T = TypeVar("T")
MOST_WORDS = 127
"""Of a description, in bytes: which of the two WeChat counts is not written anywhere."""
MOST_REASON = 80
SAYING = "wechatpay"


@dataclass(frozen=True)
class Merchant:
    """The account and how to reach WeChat. Keys are PEM; `public_key` empty means certificates.

    `is_partner`: a service provider, paying into the `sub_mchid` of each payee.
    """

    appid: str
    mchid: str
    serial: str
    private_key: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    public_key: str = ""
    public_key_id: str = ""
    notify_url: str = ""
    base_url: str = "https://api.mch.weixin.qq.com"
    is_partner: bool = False
    connect_seconds: float = 3.0
    answer_seconds: float = 6.0


@dataclass(frozen=True)
class Order:
    """What is to be paid: the same `number` must always come with the same everything."""

    number: str
    words: str
    amount: int
    openid: str
    expires_at: datetime
    sub_mchid: str = ""


@dataclass(frozen=True)
class RefundOrder:
    """What goes back of a payment, named by WeChat's `transaction_id`; amounts in fen."""

    number: str
    transaction_id: str
    amount: int
    total: int
    reason: str
    sub_mchid: str = ""


@dataclass(frozen=True)
class Redirection:
    """An abnormal refund, by both its numbers, that is to go elsewhere: to this card of the payer's
    (sealed for WeChat on the way), or without one to the merchant's own account."""

    number: str
    refund_id: str
    sub_mchid: str = ""
    bank_type: str = ""
    account: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Bill:
    """A file of WeChat's, packed as it came, and the SHA-1 (hex) of its unpacked text."""

    content: bytes = field(repr=False)
    sha1: str


class WeChatPay:
    """A client for one merchant's account. Lives as long as the process."""

    def __init__(
        self, merchant: Merchant, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.merchant = merchant
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(merchant.answer_seconds, connect=merchant.connect_seconds),
            trust_env=False,
            transport=transport,
        )
        self._pay = AsyncWeChatPay(
            WeChatPayType.JSAPI,
            merchant.mchid,
            merchant.private_key,
            merchant.serial,
            merchant.appid,
            merchant.apiv3_key,
            notify_url=merchant.notify_url,
            partner_mode=merchant.is_partner,
            public_key=merchant.public_key or None,
            public_key_id=merchant.public_key_id or None,
        )
        core = self._pay._core  # noqa: SLF001 - it has no other place for an address and a client
        core._gate_way = merchant.base_url.rstrip("/")  # noqa: SLF001
        core._client = self._http  # noqa: SLF001
        self._core = core
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.aclose()

    # -- payments ----------------------------------------------------------------------------
    async def prepay(self, order: Order) -> str:
        """Place the order, or the same once more; its prepay_id, good for two hours.

        Raises OrderPaid, OrderClosed, NumberUsed, …
        """
        expires = order.expires_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        payer = "sp_openid" if self.merchant.is_partner else "openid"
        said = await self._asked(
            lambda: self._pay.pay(
                description=shortened(order.words),
                out_trade_no=order.number,
                amount={"total": order.amount, "currency": "CNY"},
                payer={payer: order.openid},
                time_expire=expires,
                sub_mchid=order.sub_mchid or None,
            )
        )
        prepay_id = said.get("prepay_id")
        if not isinstance(prepay_id, str) or not prepay_id:
            raise Unanswered("200", "no prepay_id")
        return prepay_id

    def signed(self, prepay_id: str) -> Prepay:
        """What the phone hands to `wx.requestPayment`."""
        stamp, nonce = str(int(time.time())), uuid.uuid4().hex
        package = f"prepay_id={prepay_id}"
        sign = self._pay.sign([self.merchant.appid, stamp, nonce, package])
        return Prepay(stamp, nonce, package, "RSA", sign)

    async def query(self, number: str, sub_mchid: str = "") -> Transaction:
        """What became of the order. Raises NoSuchNumber when it was never placed."""
        said = await self._asked(
            lambda: self._pay.query(out_trade_no=number, sub_mchid=sub_mchid or None)
        )
        return _read(answers.transaction, said)

    async def close_order(self, number: str, sub_mchid: str = "") -> None:
        """Close an unpaid order: from then on it cannot be paid. Raises OrderPaid, NoSuchNumber."""
        await self._asked(lambda: self._pay.close(out_trade_no=number, sub_mchid=sub_mchid or None))

    # -- refunds -----------------------------------------------------------------------------
    async def refund(self, order: RefundOrder) -> RefundState:
        """Send money back, or ask the same once more. Raises MerchantTooLow, Busy, …"""
        amount = {"refund": order.amount, "total": order.total, "currency": "CNY"}
        said = await self._asked(
            lambda: self._pay.refund(
                out_refund_no=order.number,
                amount=amount,
                transaction_id=order.transaction_id,
                reason=shortened(order.reason, MOST_REASON),
                sub_mchid=order.sub_mchid or None,
            )
        )
        return _read(answers.refund, said)

    async def redirect_refund(self, to: Redirection) -> RefundState:
        """Send an abnormal refund elsewhere. Raises a PayError that says `stop` for one that is
        not abnormal (any more)."""
        said = await self._asked(
            lambda: self._pay.abnormal_refund(
                refund_id=to.refund_id,
                out_refund_no=to.number,
                type="USER_BANK_CARD" if to.account else "MERCHANT_BANK_CARD",
                bank_type=to.bank_type or None,
                bank_account=to.account or None,
                real_name=to.name or None,
                sub_mchid=to.sub_mchid or None,
            )
        )
        return _read(answers.refund, said)

    async def query_refund(self, number: str, sub_mchid: str = "") -> RefundState:
        """What became of the refund. Raises NoSuchNumber when it never came in."""
        said = await self._asked(
            lambda: self._pay.query_refund(out_refund_no=number, sub_mchid=sub_mchid or None)
        )
        return _read(answers.refund, said)

    # -- bills -------------------------------------------------------------------------------
    async def trade_bill(self, day: date) -> Bill:
        """All payments and refunds of a day. Raises PayError with code NO_STATEMENT_EXIST, …"""
        said = await self._asked(lambda: self._pay.trade_bill(day.isoformat()))
        return await self._download(said)

    async def fund_flow_bill(self, day: date) -> Bill:
        """All that moved on the basic account on a day."""
        said = await self._asked(lambda: self._pay.fundflow_bill(day.isoformat()))
        return await self._download(said)

    async def _download(self, said: Mapping[str, Any]) -> Bill:
        """The file itself comes unsigned: the signed answer before it has vouched for its hash."""
        url, sha1 = str(said.get("download_url", "")), str(said.get("hash_value", "")).lower()
        if said.get("hash_type") != "SHA1" or len(sha1) != 40 or not url:
            raise Unanswered("200", "no bill to download")
        path = httpx.URL(url).raw_path.decode()
        _, content = await self._called(lambda: self._core.request(path, skip_verify=True))
        return Bill(content.encode() if isinstance(content, str) else content, sha1)

    # -- the way there -----------------------------------------------------------------------
    async def _asked(self, call: Callable[[], Awaitable[tuple[int, Any]]]) -> dict[str, Any]:
        _, text = await self._called(call)
        if not text:
            return {}
        try:
            said = json.loads(text)
        except ValueError as error:
            raise Unanswered("200", "unreadable") from error
        if not isinstance(said, dict):
            raise Unanswered("200", "unreadable")
        return said

    async def _called(self, call: Callable[[], Awaitable[tuple[int, Any]]]) -> tuple[int, Any]:
        seconds = self.merchant.connect_seconds + self.merchant.answer_seconds
        try:
            async with asyncio.timeout(seconds):
                await self._open()
                status, text = await call()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreached(type(error).__name__) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unanswered(type(error).__name__) from error
        except Exception as error:
            # Bare, as the library raises it: the answer's signature is not WeChat's.
            raise Unanswered("signature", str(error)[:200]) from error
        if not 200 <= status < 300:
            raise error_of(status, text)
        return status, text

    async def _open(self) -> None:
        """In certificate mode, fetch the platform's certificates when they are first needed."""
        if self.merchant.public_key:
            return
        async with self._opening:
            if not self._core._certificates:  # noqa: SLF001
                await self._core._init_certificates()  # noqa: SLF001

    async def certificates(self) -> dict[str, Any]:
        """The platform's certificates by serial number, upper case; none for accounts that have
        its public key instead."""
        await self._called(self._learn)
        known = self._core._certificates  # noqa: SLF001
        return {f"{one.serial_number:X}": one.public_key() for one in known}

    async def _learn(self) -> tuple[int, Any]:
        await self._core._update_certificates()  # noqa: SLF001
        return 200, ""


def _read(reader: Callable[[Mapping[str, Any]], T], said: Mapping[str, Any]) -> T:
    try:
        return reader(said)
    except answers.Unreadable as error:
        raise Unanswered("200", str(error)) from error


def shortened(text: str, most: int = MOST_WORDS) -> str:
    """At most so many bytes of UTF-8, whole characters, nothing that is no text."""
    plain = "".join(one for one in text if one.isprintable())
    return plain.encode()[:most].decode(errors="ignore") or SAYING


_configured: list[WeChatPay] = []


def configure(client: WeChatPay | None) -> None:
    """Make this the process's client (at start); None where no account is configured."""
    _configured[:] = [client] if client else []


def api() -> WeChatPay:
    """The process's client. Raises NotOpen where there is none."""
    if not _configured:
        raise NotOpen
    return _configured[0]


async def close() -> None:
    """Close and forget the process's client (at the end)."""
    while _configured:
        await _configured.pop().close()
