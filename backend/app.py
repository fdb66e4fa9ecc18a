"""The API: puts the rooms, the database, Redis and WeChat together."""

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import SecretStr
from sanic import Blueprint, Sanic

from backend.core import (
    cache,
    crypto,
    database,
    health,
    http,
    live,
    loader,
    logs,
    pages,
    problems,
    processes,
    tasks,
)
from backend.core.methods import MeantRequest
from backend.foundation.identity import queries as identity
from backend.integrations import storage, wechat
from backend.integrations.storage import Storage
from backend.integrations.wechat import Account, WeChat
from backend.integrations.wechat_tokens import RedisStore
from backend.settings import Settings

API = "/api/v1"
_ID = r"[1-9][0-9]{0,17}"


def _id(text: str) -> int:
    """An id of a path. Sanic asks this alone, not the pattern. ValueError: no such route."""
    if not re.fullmatch(_ID, text):
        raise ValueError(text)
    return int(text)


def create_app(
    settings: Settings, name: str = "linli", more: Sequence[Blueprint] = ()
) -> Sanic[Any, Any]:
    """The Sanic application. It connects when it starts and lets go when it stops.

    `more`: routes beyond the rooms' own, as the demo has some.
    """
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False, request_class=MeantRequest)
    app.config.REQUEST_MAX_SIZE = settings.upload_limit + 64 * 1024
    app.config.PROXIES_COUNT = settings.trusted_proxies
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.router.register_pattern("id", _id, _ID)
    loader.load("reactions")
    loader.load("jobs")
    rooms = [module.bp for module in loader.load("routes")]
    app.blueprint(Blueprint.group(*rooms, *more, url_prefix=API))
    health.attach(app)
    pages.attach(app, release(), settings.h5_dir)
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


def load_settings() -> Settings:
    """The settings; a demo without keys of its own gets some, kept in its data folder."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.is_demo and not settings.secret_keys.get_secret_value():
        kept = settings.data_dir / "keys"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(crypto.new_key("demo"))
        settings = settings.model_copy(update={"secret_keys": SecretStr(kept.read_text())})
    return settings


def database_config(settings: Settings) -> dict[str, Any]:
    return database.config(
        settings.database_url, driver=settings.database_driver, pool=settings.database_pool
    )


def release() -> str:
    """The installed version; a checkout that is not installed says so."""
    try:
        return version("linli")
    except PackageNotFoundError:
        return "0+checkout"


async def open_everything(settings: Settings) -> None:
    """Keys, logs, database, Redis: what the API, the worker and the command line all need."""
    logs.configure(settings.log_format)
    http.configure(identity.authenticate, settings.request_deadline)
    crypto.configure(settings.secret_keys.get_secret_value())
    cache.connect(settings.redis_url)
    account = Account(
        appid=settings.wechat_appid,
        secret=settings.wechat_secret.get_secret_value(),
        base_url=settings.wechat_url,
    )
    wechat.configure(WeChat(account, RedisStore(cache.redis)))
    storage.configure(Storage(settings.data_dir / "files"))
    await database.connect(
        settings.database_url, driver=settings.database_driver, pool=settings.database_pool
    )


async def close_everything() -> None:
    await tasks.cancel_all()
    await processes.close()
    await wechat.close()
    await cache.disconnect()
    await database.disconnect()
