"""The stable access token: fetched once, shared by all processes, kept through a Redis outage.

In this order: this process's memory, the shared store, then WeChat under the shared lock. Never
``force_refresh``: a token that was refused is dropped and asked for again, which gives the new one.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.integrations.wechat_errors import WeChatError

T = TypeVar("T")

log = structlog.get_logger(__name__)

RENEW_SECONDS = 300  # WeChat hands out the next token when the old one has this long to live
SHORTEST_SECONDS = 30
LOCK_SECONDS = 15.0
WAIT_SECONDS = 8.0
POLL_SECONDS = 0.05
REDIS_SECONDS = 1.0
FAILURE_SECONDS = 2.0


class Store(Protocol):
    """Where processes share the token. Every method may raise when the store is gone."""

    async def get(self, key: str) -> str | None:
        """The value, or None."""

    async def set(self, key: str, value: str, seconds: int) -> None:
        """Keep a value for that long."""

    async def drop(self, key: str, value: str) -> None:
        """Delete the key if it still holds this value."""

    def lock(self, key: str) -> AbstractAsyncContextManager[bool]:
        """Try once: yields whether it is ours now; it ends by itself after ``LOCK_SECONDS``."""


class RedisStore:
    """A Store on the client that ``client()`` gives (``core.cache.redis``)."""

    # Compare and delete in one step: another process may have stored the next token meanwhile.
    _DROP = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"

    def __init__(self, client: Callable[[], Redis]) -> None:
        self._client: Callable[[], Any] = client

    async def get(self, key: str) -> str | None:
        """The value, or None."""
        async with asyncio.timeout(REDIS_SECONDS):
            value = await self._client().get(key)
        return value.decode() if isinstance(value, bytes) else value

    async def set(self, key: str, value: str, seconds: int) -> None:
        """Keep a value for that long."""
        async with asyncio.timeout(REDIS_SECONDS):
            await self._client().set(key, value, ex=seconds)

    async def drop(self, key: str, value: str) -> None:
        """Delete the key if it still holds this value."""
        async with asyncio.timeout(REDIS_SECONDS):
            await self._client().eval(self._DROP, 1, key, value)

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[bool]:
        """Try once: yields whether it is ours now."""
        name, ours = f"{key}:lock", secrets.token_hex(16)
        async with asyncio.timeout(REDIS_SECONDS):
            is_held = bool(await self._client().set(name, ours, nx=True, ex=int(LOCK_SECONDS)))
        try:
            yield is_held
        finally:
            if is_held:
                await _tolerant(self.drop(name, ours))


@dataclass(frozen=True)
class Token:
    """An access token and the epoch second until which it is used."""

    value: str
    until: int

    @property
    def is_good(self) -> bool:
        """Whether it may still be used."""
        return time.time() < self.until

    def __repr__(self) -> str:
        return f"Token(until={self.until})"

    def stored(self) -> str:
        """How it is kept in the store."""
        return f"{self.until} {self.value}"

    @classmethod
    def parse(cls, text: str) -> "Token | None":
        """The reverse of ``stored``; None for anything else."""
        until, _, value = text.partition(" ")
        return cls(value, int(until)) if until.isdecimal() and value else None

    @classmethod
    def fresh(cls, value: str, expires_in: int) -> "Token":
        """A token WeChat just gave; renewed early, but never asked for at every call."""
        seconds = max(expires_in - RENEW_SECONDS, min(expires_in, SHORTEST_SECONDS))
        return cls(value, int(time.time()) + seconds)


class Tokens:
    """The token of one account. ``fetch`` asks WeChat; it is the only thing that spends quota."""

    def __init__(
        self, appid: str, fetch: Callable[[], Awaitable[Token]], store: Store | None
    ) -> None:
        self._key = f"wechat:token:{appid}"
        self._fetch = fetch
        self._store = store
        self._held: Token | None = None
        self._refused = ""
        self._lock = asyncio.Lock()
        self._failure: tuple[float, WeChatError] | None = None

    async def get(self) -> Token:
        """A usable token. Raises what ``fetch`` raised, also to those who waited meanwhile."""
        if self._held is not None and self._held.is_good:
            return self._held
        async with self._lock:
            if self._held is not None and self._held.is_good:
                return self._held
            self._raise_recent_failure()
            self._held = await self._shared() or await self._renew()
            return self._held

    async def drop(self, token: Token) -> None:
        """WeChat refused this token: forget it everywhere, unless it was replaced already."""
        if self._held == token:
            self._held = None
        self._refused = token.value
        if self._store is not None:
            await _tolerant(self._store.drop(self._key, token.stored()))

    def _raise_recent_failure(self) -> None:
        # Those queueing behind a failed attempt must not each wait for their own.
        if self._failure is not None and time.monotonic() < self._failure[0]:
            raise self._failure[1]

    async def _shared(self) -> Token | None:
        if self._store is None:
            return None
        text = await _tolerant(self._store.get(self._key))
        token = Token.parse(text) if text else None
        # The refused one can still be there when the store was gone while it was dropped.
        is_usable = token is not None and token.is_good and token.value != self._refused
        return token if is_usable else None

    async def _renew(self) -> Token:
        """Ask WeChat, or wait for the process that is asking. Waiting ends: asking twice is only
        waste, for WeChat answers both with the same token."""
        patience = time.monotonic() + WAIT_SECONDS
        while self._store is not None:
            async with AsyncExitStack() as stack:
                lock = self._store.lock(f"{self._key}:lock")
                is_ours = await _tolerant(stack.enter_async_context(lock))
                if is_ours is not False or time.monotonic() > patience:
                    return await self._shared() or await self._ask()
            await asyncio.sleep(POLL_SECONDS)
            if (token := await self._shared()) is not None:
                return token
        return await self._ask()

    async def _ask(self) -> Token:
        try:
            token = await self._fetch()
        except WeChatError as error:
            self._failure = (time.monotonic() + FAILURE_SECONDS, error)
            raise
        self._failure = None
        if self._store is not None:
            seconds = max(1, token.until - int(time.time()))
            await _tolerant(self._store.set(self._key, token.stored(), seconds))
        return token


async def _tolerant(asked: Awaitable[T]) -> T | None:
    """The store's answer, or None when it is gone: then this process's memory must do."""
    try:
        return await asked
    except (RedisError, OSError) as error:
        log.warning("wechat_token_store_gone", why=type(error).__name__)
        return None
