"""Whether this process lives, whether it can work, and what it counted."""

import asyncio
import time
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse, json, raw

from backend.core import cache, database, jobs

_requests = Counter("linli_requests_total", "Requests by route and status", ["route", "status"])
_seconds = Histogram(
    "linli_request_seconds",
    "Time to answer, by route",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_backlog = Gauge("linli_outbox", "Jobs of the outbox by state", ["state"])
PATIENCE = 2.0


def attach(app: Sanic[Any, Any]) -> None:
    """Add `/healthz`, `/readyz` and `/metrics`, and count every request."""

    @app.middleware("request", priority=100)
    async def start(request: Request) -> None:
        request.ctx.started = time.perf_counter()

    @app.middleware("response")
    async def count(request: Request, response: BaseHTTPResponse) -> None:
        route = request.route.path if request.route else "none"
        _requests.labels(route, response.status).inc()
        started = getattr(request.ctx, "started", None)
        if started is not None:
            _seconds.labels(route).observe(time.perf_counter() - started)

    app.add_route(healthz, "/healthz", name="healthz")
    app.add_route(readyz, "/readyz", name="readyz")
    app.add_route(metrics, "/metrics", name="metrics")


async def healthz(_: Request) -> HTTPResponse:
    """The process answers."""
    return json({"status": "ok"})


async def readyz(_: Request) -> HTTPResponse:
    """The database answers (else 503). Redis is told, not demanded: we work without it."""
    try:
        async with asyncio.timeout(PATIENCE):
            await database.rows("SELECT 1 AS one")
            has_database = True
    except Exception:
        has_database = False
    state = {"database": has_database, "redis": await cache.is_up()}
    return json(state, status=200 if has_database else 503)


async def metrics(_: Request) -> HTTPResponse:
    """Counters for Prometheus."""
    for state, number in (await jobs.backlog()).items():
        _backlog.labels(state).set(number)
    return raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)
