"""The API: puts the rooms, the database, Redis and WeChat together."""

from typing import Any

from sanic import Blueprint, Sanic

from backend.core import (
    cache,
    crypto,
    database,
    health,
    live,
    loader,
    logs,
    problems,
    tasks,
)
from backend.settings import Settings

API = "/api/v1"
_MAX_ID = r"[1-9][0-9]{0,17}"


def create_app(settings: Settings, name: str = "linli") -> Sanic[Any, Any]:
    """The Sanic application. It connects when it starts and lets go when it stops."""
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = settings.upload_limit + 64 * 1024
    app.config.PROXIES_COUNT = settings.trusted_proxies
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.router.register_pattern("id", int, _MAX_ID)
    loader.load("reactions")
    loader.load("jobs")
    rooms = [module.bp for module in loader.load("routes")]
    app.blueprint(Blueprint.group(*rooms, url_prefix=API))
    health.attach(app)
    problems.attach(app)
    _connections(app, settings)
    return app


def _connections(app: Sanic[Any, Any], settings: Settings) -> None:
    @app.before_server_start
    async def start(_: Sanic[Any, Any]) -> None:
        await open_everything(settings)
        tasks.spawn(live.relay(), "live-relay")

    @app.after_server_stop
    async def stop(_: Sanic[Any, Any]) -> None:
        await close_everything()


async def open_everything(settings: Settings) -> None:
    """Keys, logs, database, Redis: what the API, the worker and the command line all need."""
    logs.configure(settings.log_format)
    crypto.configure(settings.secret_keys.get_secret_value())
    cache.connect(settings.redis_url)
    await database.connect(
        settings.database_url, driver=settings.database_driver, pool=settings.database_pool
    )


async def close_everything() -> None:
    await tasks.cancel_all()
    await cache.disconnect()
    await database.disconnect()
