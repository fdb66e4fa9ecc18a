"""The door every interface shares: injected failures, latency, access token, JSON body, errors."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from sanic import Blueprint, HTTPResponse, Request, response

from wechat_mock.errors import Fault, refusal
from wechat_mock.world import Injected, World

Handler = Callable[..., Awaitable[HTTPResponse | dict[str, Any]]]
MOST_LATENCY_MS = 120_000


def world_of(request: Request) -> World:
    """This application's memory."""
    world: World = request.app.ctx.world
    return world


def said(body: dict[str, Any]) -> HTTPResponse:
    """JSON as WeChat sends it: Chinese unescaped."""
    return response.raw(
        json.dumps(body, ensure_ascii=False).encode(),
        content_type="application/json; encoding=utf-8",
    )


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a POST. Raises 44002 or 47001."""
    if not request.body:
        raise Fault(44002)
    try:
        body = json.loads(request.body)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Fault(47001) from error
    if not isinstance(body, dict):
        raise Fault(47001)
    return body


def argument(request: Request, name: str) -> str:
    """A query argument, empty when missing."""
    return str(request.args.get(name) or "")


def text_in(body: dict[str, Any], name: str, errcode: int, *, default: str | None = None) -> str:
    """A text of the body; missing without default, or of another type, raises ``errcode``."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise Fault(errcode, f"{name} missing or not a string")
    return value


async def _strike(failure: Injected) -> HTTPResponse | None:
    if failure.latency_ms:
        await asyncio.sleep(min(failure.latency_ms, MOST_LATENCY_MS) / 1000)
    if failure.body is not None or failure.http_status != 200:
        return response.text(failure.body or "", status=failure.http_status)
    return None if failure.errcode is None else said(refusal(failure.errcode))


def interface(
    product: Blueprint, method: Literal["GET", "POST"], path: str, *, token: bool = True
) -> Callable[[Handler], Handler]:
    """Offer a handler (request, world) → answer as an interface of a product.

    ``token``: an access token is required. Any other method is answered with 43001 or 43002.
    """

    def offer(handler: Handler) -> Handler:
        async def run(request: Request) -> HTTPResponse:
            world = world_of(request)
            world.calls[path] += 1
            failure = world.take_injected(path)
            if failure and not failure.is_late and (failed := await _strike(failure)):
                return failed
            answer = await _answer(handler, request, world, token=token)
            if failure and failure.is_late and (failed := await _strike(failure)):
                return failed
            return answer

        product.add_route(run, path, methods=[method], name=handler.__name__)
        return handler

    return offer


async def _answer(handler: Handler, request: Request, world: World, *, token: bool) -> HTTPResponse:
    try:
        if token:
            world.check_token(argument(request, "access_token"))
        answer = await handler(request, world)
    except Fault as fault:
        return said(refusal(fault.errcode, fault.detail))
    return answer if isinstance(answer, HTTPResponse) else said(answer)
