"""The door of every Pay interface: the merchant's signature, injected failures, our signature."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from sanic import Blueprint, HTTPResponse, Request, response

from wechat_mock.edge import MOST_LATENCY_MS, world_of
from wechat_mock.errors import request_id
from wechat_mock.pay import keys
from wechat_mock.pay.books import Books
from wechat_mock.pay.errors import PayFault
from wechat_mock.pay.keys import Merchant
from wechat_mock.world import Injected, World

SCHEME = "WECHATPAY2-SHA256-RSA2048"
MOST_SKEW_SECONDS = 300
FIELDS = re.compile(r'(\w+)="([^"]*)"')
NEEDED = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")
Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True)
class Call:
    """A verified request: who asks, and of which memory."""

    request: Request
    world: World
    merchant: Merchant

    @property
    def books(self) -> Books:
        return self.world.pay

    def body(self, form: type[Form]) -> Form:
        """The JSON body as that form. Raises PARAM_ERROR naming the first wrong field."""
        try:
            return form.model_validate_json(self.request.body or b"null")
        except ValidationError as error:
            raise _param_error(error, "body") from error

    def query(self, form: type[Form]) -> Form:
        """The query as that form. Raises PARAM_ERROR."""
        try:
            return form.model_validate({name: self.request.args.get(name) for name in self.names})
        except ValidationError as error:
            raise _param_error(error, "query") from error

    @property
    def names(self) -> list[str]:
        """The names in the query."""
        return list(self.request.args)


Handler = Callable[..., Awaitable[HTTPResponse | dict[str, Any] | None]]


def _param_error(error: ValidationError, location: str) -> PayFault:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = "/".join(("", *(str(part) for part in first["loc"])))
    detail = {"location": location, "field": field, "issue": first["msg"]}
    return PayFault("PARAM_ERROR", f"参数错误：{field or location} {first['msg']}", detail)


# -- who asks ----------------------------------------------------------------------------------
def authenticate(request: Request, books: Books) -> Merchant:
    """The merchant whose signature this is. Raises SIGN_ERROR, saying what is wrong with it."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme != SCHEME:
        raise PayFault(
            "SIGN_ERROR", "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"
        )
    given = dict(FIELDS.findall(rest))
    if missing := [name for name in NEEDED if not given.get(name)]:
        raise PayFault("SIGN_ERROR", f"Http头Authorization中的{missing[0]}为空")
    _check_age(given["timestamp"])
    merchant = books.merchants.get(given["mchid"])
    if merchant is None:
        raise PayFault("SIGN_ERROR", "商户号不存在或未开通APIv3")
    if given["serial_no"].upper() != merchant.serial.upper():
        raise PayFault("SIGN_ERROR", "商户证书序列号有误")
    head = (request.method, request.raw_url.decode(), given["timestamp"], given["nonce_str"])
    text = "".join(f"{part}\n" for part in head).encode() + request.body + b"\n"
    if not keys.is_signed(merchant.public_key, text, given["signature"]):
        raise PayFault("SIGN_ERROR", "签名错误，请检查后再试")
    return merchant


def _check_age(timestamp: str) -> None:
    is_number = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12
    if not is_number or abs(time.time() - int(timestamp)) > MOST_SKEW_SECONDS:
        raise PayFault(
            "SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"
        )


# -- what is answered --------------------------------------------------------------------------
def signature_headers(signer: keys.Signer, body: bytes, at: float | None = None) -> dict[str, str]:
    """The five headers by which a receiver knows that the body is the platform's."""
    stamp, once = str(int(time.time() if at is None else at)), keys.nonce()
    text = f"{stamp}\n{once}\n".encode() + body + b"\n"
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": once,
        "Wechatpay-Signature": keys.sign(signer.key, text),
        "Wechatpay-Signature-Type": SCHEME,
        "Wechatpay-Serial": signer.serial,
    }


def _answered(body: dict[str, Any] | None, status: int) -> HTTPResponse:
    if body is None:
        return response.empty(status=204)
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return response.raw(raw, status=status, content_type="application/json; charset=utf-8")


def _refused(fault: PayFault) -> HTTPResponse:
    return _answered(fault.body, fault.status)


def _sign(request: Request, merchant: Merchant | None, answer: HTTPResponse) -> HTTPResponse:
    mode = merchant.mode if merchant else "public_key"
    wanted = request.headers.get("wechatpay-serial", "")
    signer = world_of(request).pay.platform.signer(mode, wanted)
    answer.headers.update(signature_headers(signer, answer.body or b""))
    answer.headers["Request-ID"] = request_id()
    return answer


# -- the door ----------------------------------------------------------------------------------
def interface(
    product: Blueprint, method: Literal["GET", "POST"], path: str, *, signed: bool = True
) -> Callable[[Handler], Handler]:
    """Offer a handler (call, *numbers in the path) → answer; None is 204.

    ``path`` is written as WeChat's documents do (``…/{out_trade_no}``), and so is it in injected
    failures. ``signed`` False: the answer comes bare, as bills do.
    """

    def offer(handler: Handler) -> Handler:
        async def run(request: Request, **numbers: str) -> HTTPResponse:
            world = world_of(request)
            world.calls[path] += 1
            failure = world.take_injected(path)
            if failure and not failure.is_late and (failed := await _strike(request, failure)):
                return failed
            answer = await _answer(handler, request, numbers, signed=signed)
            if failure and failure.is_late and (failed := await _strike(request, failure)):
                return failed
            return _spoiled(answer) if failure and failure.spoils_signature else answer

        route = path.replace("{", "<").replace("}", ">")
        product.add_route(run, route, methods=[method], name=handler.__name__, unquote=True)
        return handler

    return offer


async def _answer(
    handler: Handler, request: Request, numbers: dict[str, str], *, signed: bool
) -> HTTPResponse:
    merchant = None
    world = world_of(request)
    try:
        merchant = authenticate(request, world.pay)
        _check_serial(request, world.pay)
        answer = await handler(Call(request, world, merchant), **numbers)
    except PayFault as fault:
        return _sign(request, merchant, _refused(fault))
    if not isinstance(answer, HTTPResponse):
        answer = _answered(answer, 200)
    return _sign(request, merchant, answer) if signed else answer


def _check_serial(request: Request, books: Books) -> None:
    wanted = request.headers.get("wechatpay-serial")
    if wanted and not books.platform.knows(wanted):
        raise PayFault(
            "PARAM_ERROR", "Http头Wechatpay-Serial不是有效的微信支付公钥ID或平台证书序列号"
        )


async def _strike(request: Request, failure: Injected) -> HTTPResponse | None:
    if failure.latency_ms:
        await asyncio.sleep(min(failure.latency_ms, MOST_LATENCY_MS) / 1000)
    if failure.body is not None or failure.http_status != 200:
        return response.text(failure.body or "", status=failure.http_status)
    return None if failure.code is None else _sign(request, None, _refused(PayFault(failure.code)))


def _spoiled(answer: HTTPResponse) -> HTTPResponse:
    """The work is done, but the signature of the answer fails."""
    answer.headers["Wechatpay-Signature"] = keys.sign(keys.new_key(), b"somebody else's")
    return answer
