"""The API: puts the rooms, the database, Redis and WeChat together."""

import asyncio
import re
from collections.abc import Coroutine, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

from pydantic import SecretStr
from sanic import Blueprint, Sanic

from backend.core import (
    cache,
    crypto,
    database,
    footprint,
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
from backend.core.routing import PlainRouter
from backend.foundation.identity import queries as identity
from backend.integrations import (
    storage,
    wechat,
    wechat_pay,
    wechat_pay_keys,
    wechat_pay_notify,
)
from backend.integrations.storage import Storage
from backend.integrations.wechat import Account, WeChat
from backend.integrations.wechat_pay import Merchant, WeChatPay
from backend.integrations.wechat_pay_notify import Verifier
from backend.integrations.wechat_tokens import RedisStore
from backend.settings import Settings

T = TypeVar("T")
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
    app: Sanic[Any, Any] = Sanic(
        name, configure_logging=False, request_class=MeantRequest, router=PlainRouter()
    )
    app.config.REQUEST_MAX_SIZE = settings.upload_limit + 64 * 1024
    app.config.PROXIES_COUNT = settings.trusted_proxies
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.router.register_pattern("id", _id, _ID)
    loader.load_work()
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
        footprint.settle()

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
    return _with_pay_keys(settings) if settings.is_demo else settings


def _with_pay_keys(settings: Settings) -> Settings:
    """The demo pays with keys of its own, which its stand-in of WeChat has too."""
    if settings.wechat_pay_private_key.get_secret_value():
        return settings
    folder = settings.data_dir / "pay"
    wechat_pay_keys.make(folder)
    paths = {
        "wechat_pay_private_key": SecretStr(str(folder / "merchant.key.pem")),
        "wechat_pay_public_key": str(folder / "wechat.pub.pem"),
    }
    return settings.model_copy(update=paths)


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
    _open_pay(settings)
    storage.configure(Storage(settings.data_dir / "files"))
    await database.connect(
        settings.database_url, driver=settings.database_driver, pool=settings.database_pool
    )


PAY_NOTIFY = f"{API}/wechat/pay/notify"


def _open_pay(settings: Settings) -> None:
    """WeChat Pay, where a merchant's account is configured."""
    if not settings.wechat_pay_private_key.get_secret_value():
        wechat_pay.configure(None)
        wechat_pay_notify.configure(None)
        return
    merchant = Merchant(
        appid=settings.wechat_appid,
        mchid=settings.wechat_pay_mchid,
        serial=settings.wechat_pay_serial,
        private_key=wechat_pay_keys.read(settings.wechat_pay_private_key.get_secret_value()),
        apiv3_key=settings.wechat_pay_apiv3_key.get_secret_value(),
        public_key=wechat_pay_keys.read(settings.wechat_pay_public_key),
        public_key_id=settings.wechat_pay_public_key_id if settings.wechat_pay_public_key else "",
        notify_url=settings.public_url.rstrip("/") + PAY_NOTIFY,
        base_url=settings.wechat_pay_url or settings.wechat_url,
        is_partner=settings.wechat_pay_mode == "partner",
    )
    client = WeChatPay(merchant)
    keys = {}
    if merchant.public_key:
        keys[merchant.public_key_id] = wechat_pay_notify.key_of(merchant.public_key)
    wechat_pay.configure(client)
    wechat_pay_notify.configure(Verifier(merchant.apiv3_key, keys, fetch=client.certificates))


def with_everything_open(work: Coroutine[Any, Any, T]) -> T:
    """Do the work of a command."""

    async def inside() -> T:
        await open_everything(load_settings())
        try:
            return await work
        finally:
            await close_everything()

    return asyncio.run(inside())


async def close_everything() -> None:
    await tasks.cancel_all()
    await processes.close()
    await wechat.close()
    await wechat_pay.close()
    await cache.disconnect()
    await database.disconnect()
