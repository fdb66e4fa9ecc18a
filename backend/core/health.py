"""Whether this process lives, whether it can work, and what was counted."""

import asyncio
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json, raw

from backend.core import cache, database, jobs

_backlog = Gauge("linli_outbox", "Jobs of the outbox by state", ["state"])
PATIENCE = 2.0


def attach(app: Sanic[Any, Any]) -> None:
    """Add `/healthz`, `/readyz` and `/metrics`."""
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
