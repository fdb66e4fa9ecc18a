"""The access token under stampedes, refusals and without Redis: what burns quotas elsewhere."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisGone

from backend.integrations import wechat, wechat_tokens
from backend.integrations.wechat_tokens import Token
from tests.wechat_mock.conftest import Mock

FETCH = "/cgi-bin/stable_token"
USE = "/wxaapi/newtmpl/gettemplate"


async def slow(mock: Mock) -> None:
    """Without a wait calls in one process follow each other, and nothing is ever at once."""
    for path in (FETCH, USE):
        await mock.control("errors", path=path, latency_ms=20, times=1000)


def fetched(mock: Mock) -> int:
    return mock.world.calls[FETCH]


class Gone:
    """A store whose server is away."""

    def __init__(self) -> None:
        self.asked = 0

    async def get(self, key: str) -> str | None:
        self.asked += 1
        raise RedisGone("away")

    async def set(self, key: str, value: str, seconds: int) -> None:
        raise RedisGone("away")

    async def drop(self, key: str, value: str) -> None:
        raise TimeoutError

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[bool]:
        raise RedisGone("away")
        yield True


async def test_twenty_at_once_fetch_once(weixin: wechat.WeChat, mock: Mock) -> None:
    await slow(mock)
    await asyncio.gather(*(weixin.templates() for _ in range(20)))
    assert (fetched(mock), mock.world.calls[USE]) == (1, 20)


async def test_twenty_processes_fetch_once(make: Any, redis: Any, mock: Mock) -> None:
    await mock.control("errors", path=FETCH, latency_ms=50)
    clients = [make(wechat.RedisStore(lambda: redis)) for _ in range(20)]
    await asyncio.gather(*(client.templates() for client in clients))
    assert fetched(mock) == 1


async def test_without_redis_each_process_fetches_once(make: Any, mock: Mock) -> None:
    await slow(mock)
    clients = [make(Gone()) for _ in range(3)]
    for _ in range(5):
        await asyncio.gather(*(client.templates() for client in clients for _ in range(5)))
    assert fetched(mock) == 3
    assert mock.world.calls[USE] == 75


async def test_redis_lost_later_costs_nothing(make: Any, redis: Any, mock: Mock) -> None:
    holder = [redis]
    client = make(wechat.RedisStore(lambda: holder[0]))
    await client.templates()
    holder.clear()  # from now on the store raises
    await asyncio.gather(*(client.templates() for _ in range(20)))
    assert fetched(mock) == 1


async def test_a_hanging_redis_is_not_waited_for(
    make: Any, mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging:
        async def get(self, *args: Any, **options: Any) -> None:
            await asyncio.sleep(600)

        set = eval = get

        def lock(self, *args: Any, **options: Any) -> Any:
            return self

        async def acquire(self, *, blocking: bool) -> bool:
            await asyncio.sleep(600)
            return True

    monkeypatch.setattr(wechat_tokens, "REDIS_SECONDS", 0.02)
    monkeypatch.setattr(wechat_tokens, "WAIT_SECONDS", 0.02)
    client = make(wechat.RedisStore(Hanging))
    async with asyncio.timeout(30):
        await client.templates()


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_refused_token_is_replaced_once(
    weixin: wechat.WeChat, mock: Mock, errcode: int
) -> None:
    await slow(mock)
    await weixin.templates()
    await mock.control("tokens/expire", errcode=errcode)
    await asyncio.gather(*(weixin.templates() for _ in range(20)))
    assert fetched(mock) == 2


async def test_two_processes_replace_it_once(make: Any, redis: Any, mock: Mock) -> None:
    clients = [make(wechat.RedisStore(lambda: redis)) for _ in range(2)]
    for client in clients:
        await client.templates()
    await mock.control("tokens/expire", errcode=40001)
    await asyncio.gather(*(client.templates() for client in clients for _ in range(5)))
    assert fetched(mock) == 2


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_lasting_refusal_is_tried_exactly_twice(
    weixin: wechat.WeChat, mock: Mock, errcode: int
) -> None:
    await mock.control("errors", path=USE, errcode=errcode, times=1000)
    with pytest.raises(wechat.BadToken) as caught:
        await weixin.templates()
    assert mock.world.calls[USE] == 2
    assert fetched(mock) <= 2
    assert caught.value.advice == "retry"


async def test_refusals_never_force_a_refresh(weixin: wechat.WeChat, mock: Mock) -> None:
    await mock.control("errors", path=USE, errcode=40001, times=20)
    for _ in range(10):
        with pytest.raises(wechat.BadToken):
            await weixin.templates()
    assert mock.world.forced_at == float("-inf")


async def test_dropping_spares_the_next_token(redis: Any) -> None:
    store = wechat.RedisStore(lambda: redis)
    await store.set("key", "new", 60)
    await store.drop("key", "old")
    assert await store.get("key") == "new"
    await store.drop("key", "new")
    assert await store.get("key") is None


async def test_a_late_refusal_spares_the_next_token(make: Any, mock: Mock) -> None:
    weixin = make(Gone())
    await weixin.templates()
    old = await weixin._tokens.get()
    await mock.control("tokens/expire", errcode=40001)
    await weixin.templates()
    await weixin._tokens.drop(old)  # a slow call with the old token is refused only now
    await weixin.templates()
    assert (fetched(mock), mock.world.calls[USE]) == (2, 4)


async def test_the_token_is_looked_for_again_under_the_lock(
    make: Any, redis: Any, mock: Mock
) -> None:
    other = make(wechat.RedisStore(lambda: redis))

    class JustTooLate(wechat.RedisStore):
        @asynccontextmanager
        async def lock(self, key: str) -> AsyncIterator[bool]:
            await other.templates()  # another process stores one right before we have the lock
            yield True

    await make(JustTooLate(lambda: redis)).templates()
    assert fetched(mock) == 1


async def test_a_refused_token_left_in_the_store_is_not_taken_again(
    make: Any, redis: Any, mock: Mock
) -> None:
    class CannotDrop(wechat.RedisStore):
        async def drop(self, key: str, value: str) -> None:
            raise RedisGone("away")

    client = make(CannotDrop(lambda: redis))
    await client.templates()
    await mock.control("tokens/expire", errcode=40001)
    await client.templates()
    assert (fetched(mock), mock.world.calls[USE]) == (2, 3)


async def test_those_who_waited_share_the_failure(weixin: wechat.WeChat, mock: Mock) -> None:
    await mock.control("errors", path=FETCH, errcode=45009, times=1000)
    results = await asyncio.gather(*(weixin.templates() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(result, wechat.Throttled) for result in results)
    assert fetched(mock) == 1


async def test_after_a_failure_it_is_tried_again(
    weixin: wechat.WeChat, mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat_tokens, "FAILURE_SECONDS", 0.0)
    await mock.control("errors", path=FETCH, errcode=-1)
    with pytest.raises(wechat.Throttled):
        await weixin.templates()
    await weixin.templates()


async def test_it_is_renewed_before_its_end(weixin: wechat.WeChat, mock: Mock) -> None:
    await weixin.templates()
    held = await weixin._tokens.get()
    assert 6800 <= held.until - time.time() <= 6900


async def test_a_nearly_finished_token_is_not_asked_for_at_every_call(make: Any) -> None:
    assert Token.fresh("t", 100).until - time.time() >= 29
    assert Token.fresh("t", 5).until - time.time() <= 5


@pytest.mark.parametrize("text", ["", "abc", "12 ", "x y", "１２"])
def test_rubbish_in_the_store_is_no_token(text: str) -> None:
    assert Token.parse(text) is None


async def test_rubbish_in_the_store_is_replaced(
    weixin: wechat.WeChat, redis: Any, mock: Mock
) -> None:
    await redis.set("wechat:token:wxtest", "rubbish")
    await weixin.templates()
    assert Token.parse((await redis.get("wechat:token:wxtest")).decode()) is not None


async def test_a_lock_nobody_releases_is_not_waited_for_for_ever(
    weixin: wechat.WeChat, redis: Any, mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat_tokens, "WAIT_SECONDS", 0.1)
    await redis.set("wechat:token:wxtest:lock", "somebody", ex=60)
    await weixin.templates()
    assert await redis.get("wechat:token:wxtest:lock") == b"somebody"


async def test_a_process_that_died_with_the_lock_is_outlived(
    make: Any, redis: Any, mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat_tokens, "LOCK_SECONDS", 0.2)
    await mock.control("errors", path=FETCH, latency_ms=60_000)
    doomed = asyncio.ensure_future(make(wechat.RedisStore(lambda: redis)).templates())
    while fetched(mock) == 0:  # noqa: ASYNC110 - it asks with the lock in its hand
        await asyncio.sleep(0.01)
    async with asyncio.timeout(30):
        await make(wechat.RedisStore(lambda: redis)).templates()
    doomed.cancel()


async def test_cancelling_the_first_does_not_hurt_the_others(
    weixin: wechat.WeChat, mock: Mock
) -> None:
    await mock.control("errors", path=FETCH, latency_ms=50)
    first = asyncio.ensure_future(weixin.templates())
    others = [asyncio.ensure_future(weixin.templates()) for _ in range(5)]
    await asyncio.sleep(0.02)
    first.cancel()
    assert all(await asyncio.gather(*others))
