"""Starts the demo: Redis's stand-in, the WeChat mock, the API and the worker, and ends them all."""

import asyncio
import json
import multiprocessing
import os
import runpy
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fakeredis import TcpFakeServer
from sanic import Sanic

from backend import serving, worker
from backend.app import (
    close_everything,
    create_app,
    database_config,
    load_settings,
    open_everything,
)
from backend.core import leash, loader, migrations
from backend.foundation.notify import queries as notify
from backend.sample import house, month, routes, seed, tour
from backend.sample.caller import Refused
from backend.sample.tour import NotAsPromised
from backend.settings import Settings, settings

PATIENCE = 180.0
"""Seconds that a process may take to answer: one that ended is noticed at once, and a machine may
be busy."""
GRACE = 8.0
MOCK = Path(__file__).parents[2] / "miniprogram-mock"
CHILDREN: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
"""On Linux the whole product is imported once, here, and the others begin with what there is."""
Child = multiprocessing.process.BaseProcess


def say(text: str) -> None:
    sys.stdout.write(f"\033[36m▸\033[0m {text}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Stage:
    """Where everything answers."""

    api: str
    wechat: str
    settings: Settings


def application(settings: Settings) -> Sanic[Any, Any]:
    """The API, with the demo's own routes where it is the demo."""
    return create_app(settings, more=[routes.bp] if settings.is_demo else ())


def show() -> int:
    """Run the demo until Ctrl-C; the city stays from one time to the next."""
    settings = load_settings()
    with _running(settings) as stage:
        _print_addresses(stage)
        _wait_for_the_end()
        say("结束")
    return 0


def check() -> int:
    """Drive one demand through the whole loop on a throw-away city; 0 when every step held."""
    with throw_away_city() as stage:
        return asyncio.run(tour.drive(stage.api, stage.wechat, say))


def tell_a_month() -> int:
    """Play a month of money on a throw-away city; 0 when the books agreed every day."""
    with throw_away_city(is_whole=False):
        settings.cache_clear()  # they name the stand-ins only since these run
        return asyncio.run(_play_month(load_settings()))


async def _play_month(found: Settings) -> int:
    try:
        async with house.standing(found) as standing:
            await month.play(standing, say)
    except (NotAsPromised, Refused, TimeoutError) as error:
        say(f"✗ {error}")
        return 1
    say("✓ 全部通过")
    return 0


@contextmanager
def throw_away_city(*, is_whole: bool = True) -> Iterator[Stage]:
    """The demo on a database of its own that is gone afterwards; unless it `is_whole`, only
    WeChat's stand-in runs."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        os.environ |= {
            "LINLI_ENVIRONMENT": "demo",
            "LINLI_DATA_DIR": folder,
            "LINLI_DATABASE_URL": f"sqlite://{folder}/linli.sqlite3?synchronous=OFF",
            "LINLI_PORT": str(_free_port()),
            # The tour waits for a WeChat message, at whatever hour it is run.
            "LINLI_QUIET_HOURS": "false",
        }
        with _running(load_settings(), is_whole=is_whole) as stage:
            yield stage


def _free_port() -> int:
    """A port that is free, and so is the next one; of those that no system lends to outgoing
    connections, which could have it by the time the city is built."""
    for _ in range(50):
        port = 10_000 + secrets.randbelow(20_000)
        if _are_free("127.0.0.1", port, port + 1):
            return port
    raise RuntimeError("no two free ports beside each other")


@contextmanager
def _running(settings: Settings, *, is_whole: bool = True) -> Iterator[Stage]:
    _demand_free(settings.host, settings.port, settings.port + 1)
    redis = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    redis.daemon_threads = True
    wechat = f"http://127.0.0.1:{settings.port + 1}"
    os.environ |= {
        "LINLI_REDIS_URL": f"redis://127.0.0.1:{redis.server_address[1]}",
        "LINLI_WECHAT_URL": wechat,
        "LINLI_SECRET_KEYS": settings.secret_keys.get_secret_value(),
        "LINLI_LOG_FORMAT": "console",
    }
    # Where the stand-in of WeChat fetches the pictures that it judges.
    os.environ.setdefault("LINLI_PUBLIC_URL", f"http://127.0.0.1:{settings.port}")
    asyncio.run(prepare(settings))
    stage = Stage(f"http://127.0.0.1:{settings.port}", wechat, settings)
    children = _start(settings, is_whole=is_whole)
    threading.Thread(target=redis.serve_forever, daemon=True).start()  # no child has half of it
    try:
        _await_answers(stage, children)
        yield stage
    finally:
        _end(children)
        redis.shutdown()


def _demand_free(host: str, *ports: int) -> None:
    for port in ports:
        if not _are_free(host, port):
            raise SystemExit(f"端口 {port} 已被占用；用 LINLI_PORT=另一个端口 换一个")


def _are_free(host: str, *ports: int) -> bool:
    with ExitStack() as stack, suppress(OSError):
        for port in ports:
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((host, port))
        return True
    return False


async def prepare(settings: Settings) -> None:
    """Bring the database to this release and fill an empty one; otherwise leave it as it is."""
    done = await migrations.migrate(database_config(settings))
    if done:
        say(f"数据库已就绪（{len(done)} 步迁移）")
    await open_everything(settings)
    try:
        await seed.build_once(progress=say)
    finally:
        await close_everything()


def _start(settings: Settings, *, is_whole: bool) -> list[Child]:
    """WeChat's stand-in and, where all of it is wanted, the API and the worker."""
    loader.load("routes")
    loader.load_work()
    children: list[Child] = [
        CHILDREN.Process(target=_begin, args=(os.getpid(), work, *arguments))
        for work, *arguments in (
            (_play_wechat, *_role_of_wechat(settings)),
            *([(_serve,), (_work,)] if is_whole else []),
        )
    ]
    for child in children:
        child.start()
    return children


def _begin(parent: int, work: Callable[..., None], *arguments: str) -> None:
    """In a child: end with its parent, and read the settings anew."""
    leash.tie(parent)
    # Sanic, where it has several processes, insists on saying itself how they start.
    multiprocessing.set_start_method(None, force=True)
    settings.cache_clear()
    work(*arguments)


def _play_wechat(*arguments: str) -> None:
    # A checkout that is not installed has the mock beside the backend.
    sys.path.append(str(MOCK))
    sys.argv = ["wechat_mock", *arguments]
    runpy.run_module("wechat_mock", run_name="__main__", alter_sys=True)


def _serve() -> None:
    serving.run(load_settings(), application)


def _work() -> None:
    asyncio.run(worker.run(load_settings()))


def _role_of_wechat(settings: Settings) -> list[str]:
    """What its stand-in is told on its command line."""
    push = {
        "url": f"http://127.0.0.1:{settings.port}/api/v1/wechat/push",
        "token": settings.wechat_push_token.get_secret_value(),
        "aes_key": settings.wechat_push_aes_key.get_secret_value(),
        "mode": "aes",
        "format": "json",
    }
    templates = settings.data_dir / "wechat-templates.json"
    templates.write_text(notify.templates_for_wechat(), encoding="utf-8")
    words = ["--port", str(settings.port + 1), "--templates", str(templates)]
    return [*words, "--callback", json.dumps(push), "--pay", json.dumps(_merchant(settings))]


def _merchant(settings: Settings) -> dict[str, str]:
    """What the stand-in of WeChat Pay knows of us, and signs with itself."""
    folder = settings.data_dir / "pay"
    return {
        "mchid": settings.wechat_pay_mchid,
        "name": "邻里智慧社区",
        "appid": settings.wechat_appid,
        "serial": settings.wechat_pay_serial,
        "public_key": str(folder / "merchant.pub.pem"),
        "private_key": str(folder / "wechat.key.pem"),
        "public_key_id": settings.wechat_pay_public_key_id,
        "apiv3_key": settings.wechat_pay_apiv3_key.get_secret_value(),
    }


def _await_answers(stage: Stage, children: list[Child]) -> None:
    deadline = time.monotonic() + PATIENCE
    waiting = [f"{stage.wechat}/", *([f"{stage.api}/readyz"] if len(children) > 1 else [])]
    while waiting:
        if not all(child.is_alive() for child in children):
            raise SystemExit("有一个进程没能启动，原因见上")
        if time.monotonic() > deadline:
            raise SystemExit(f"{waiting[0]} 在 {PATIENCE:.0f} 秒内没有应答")
        try:
            httpx.get(waiting[0], timeout=2).raise_for_status()
            waiting.pop(0)
        except httpx.HTTPError:
            time.sleep(0.1)


def _end(children: list[Child]) -> None:
    """The mock last: the worker may still have something to tell it."""
    mock, *ours = children
    _stop(ours)
    _stop([mock])


def _stop(children: list[Child]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        child.join(max(deadline - time.monotonic(), 0.1))
        if child.is_alive():
            child.kill()
            child.join()


def _print_addresses(stage: Stage) -> None:
    has_phones = stage.settings.h5_dir is not None and Path(stage.settings.h5_dir).is_dir()
    lines = {
        "三部手机": f"{stage.api}/m/frame.html",
        "居民": f"{stage.api}/m/?phone=resident",
        "社工": f"{stage.api}/m/?phone=worker",
        "物业": f"{stage.api}/m/?phone=property",
    }
    for name, address in (lines if has_phones else {}).items():
        say(f"{name}　{address}")
    say(f"接口文档　{stage.api}/docs")
    say("Ctrl-C 结束")


def _wait_for_the_end() -> None:
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    while not stop.wait(1):
        pass
