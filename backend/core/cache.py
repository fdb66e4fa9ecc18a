"""Redis: it wakes, tells, limits and locks. Nothing of value lives there only.

Every function here works, more slowly, when Redis is gone: what was to be written is dropped, and
the caller goes on. With an empty address an in-process stand-in is used.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any, ClassVar

from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from backend.core import tasks

PATIENCE = 0.5
CONNECTIONS = 32
GONE = (RedisError, OSError, asyncio.TimeoutError)
WAKE_CHANNEL = "linli:wake"
_RELEASE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0
"""


class _Holder:
    client: "aioredis.Redis | None" = None
    leaving: ClassVar[dict[tuple[str, bytes], None]] = {}
    """Channels and messages that wait for the sender."""
    sender: asyncio.Task[None] | None = None


def connect(url: str) -> None:
    """Use the Redis at `redis://host:port/db`; empty means the in-process stand-in."""
    if not url:
        # By name, as Tortoise has its engines: where there is a Redis nobody pays for the stand-in.
        _Holder.client = import_module("fakeredis").FakeAsyncRedis()
        return
    pool = aioredis.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=PATIENCE,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=30,
    )
    _Holder.client = aioredis.Redis.from_pool(pool)


async def disconnect() -> None:
    if _Holder.client is not None:
        with suppress(*GONE):
            await _Holder.client.aclose()
    _Holder.client = None


def redis() -> "aioredis.Redis":
    """The client itself, for whoever handles `GONE` on their own."""
    if _Holder.client is None:
        raise RedisError("not connected")
    return _Holder.client


async def is_up() -> bool:
    try:
        return bool(await redis().ping())
    except GONE:
        return False


async def delete(key: str) -> None:
    with suppress(*GONE):
        await redis().delete(key)


def publish(channel: str, message: bytes) -> None:
    """Publish soon and in order. What is said in the meantime goes together, the same once."""
    _Holder.leaving[channel, message] = None
    if _Holder.sender is None or _Holder.sender.done():
        _Holder.sender = tasks.spawn(_send(), "publish")


async def _send() -> None:
    while said := tuple(_Holder.leaving):
        _Holder.leaving.clear()
        with suppress(*GONE):
            together = redis().pipeline(transaction=False)
            for channel, message in said:
                together.publish(channel, message)
            await together.execute()


def wake() -> None:
    """Tell sleeping workers that there is something to do; they also look by themselves."""
    publish(WAKE_CHANNEL, b"1")


async def listen(channel: str) -> AsyncIterator[bytes]:
    """Messages of a channel, for ever; a lost Redis is waited for."""
    while True:
        try:
            async with redis().pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.subscribe(channel)
                while True:
                    message = await pubsub.get_message(timeout=None)
                    if message is not None:
                        yield message["data"]
        except GONE:
            await asyncio.sleep(1)


@asynccontextmanager
async def lock(name: str, seconds: int) -> AsyncIterator[bool]:
    """Hold a lock that only saves work (it may be lost): yields whether it is ours.

    Yields True too when Redis is gone, for then nobody can hold it.
    """
    token = secrets.token_hex(16)
    try:
        held = bool(await redis().set(f"lock:{name}", token, nx=True, ex=seconds))
    except GONE:
        held = True
    try:
        yield held
    finally:
        if held:
            with suppress(*GONE):
                released: Any = redis().eval(_RELEASE, 1, f"lock:{name}", token)
                await released
