"""The application: one blueprint per product of WeChat's, and the control plane."""

import asyncio
from typing import Any

from sanic import HTTPResponse, Request, Sanic, response
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse

from wechat_mock.auth import auth
from wechat_mock.codes import codes
from wechat_mock.control import control
from wechat_mock.edge import said
from wechat_mock.errors import refusal
from wechat_mock.messages import messages
from wechat_mock.pay.bills import bills
from wechat_mock.pay.certificates import certificates
from wechat_mock.pay.control import pay_control
from wechat_mock.pay.errors import PayFault
from wechat_mock.pay.notice_control import notice_control
from wechat_mock.pay.orders import orders
from wechat_mock.pay.refunds import refunds
from wechat_mock.security import security
from wechat_mock.world import Settings, World

PAY = (orders, refunds, bills, certificates, pay_control, notice_control)
PRODUCTS = (auth, codes, messages, security, control, *PAY)
MOST_NOTIFICATIONS_AT_ONCE = 64
MOST_BODY_BYTES = 1024 * 1024
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
    "access-control-allow-headers": "*",
    "access-control-max-age": "600",
}


def create_app(settings: Settings | None = None, *, name: str = "wechat_mock") -> Sanic[Any, Any]:
    """A mock with its own memory at ``app.ctx.world``; one process only."""
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MOST_BODY_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.world = World(settings or Settings())
    app.ctx.tasks = set()
    app.ctx.gate = asyncio.Semaphore(MOST_NOTIFICATIONS_AT_ONCE)
    app.ctx.couriers = {}
    for product in PRODUCTS:
        app.blueprint(product)
    app.register_middleware(_preflight, "request")
    app.register_middleware(_open_to_browsers, "response")
    app.error_handler.add(SanicException, _unknown)
    app.add_route(_front, "/")
    app.register_listener(_dismiss_couriers, "after_server_stop")
    return app


async def _preflight(request: Request) -> HTTPResponse | None:
    return response.empty() if request.method == "OPTIONS" else None


async def _open_to_browsers(_: Request, answer: BaseHTTPResponse) -> HTTPResponse | None:
    answer.headers.update(CORS)
    return None


async def _unknown(request: Request, error: SanicException) -> HTTPResponse:
    if request.path.startswith("/control/"):
        return response.json({"error": str(error)}, status=error.status_code or 500)
    if request.path.startswith("/v3/"):
        return _not_in_pay(error)
    if error.status_code == 405:
        return said(refusal(43001 if request.method == "POST" else 43002))
    return said(refusal(-1, str(error)))


def _not_in_pay(error: SanicException) -> HTTPResponse:
    status = error.status_code or 500
    fault = PayFault("RESOURCE_NOT_EXISTS" if status == 404 else "INVALID_REQUEST", str(error))
    return response.json(fault.body, status=status)


async def _dismiss_couriers(app: Sanic[Any, Any]) -> None:
    for client in app.ctx.couriers.values():
        await client.aclose()


async def _front(request: Request) -> HTTPResponse:
    paths = sorted(f"/{route.path}" for route in request.app.router.routes)
    return response.json({"what": "WeChat's servers, imitated for Linli", "paths": paths})
