"""Redis and its stand-in behave alike; without any Redis the product goes on."""

import asyncio
import itertools
import multiprocessing
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.core import cache, limits, live, tasks
from backend.core.errors import TooMany, Unavailable
from tests.conftest import left_out, own_redis

NOWHERE = "redis://127.0.0.1:1/0"
PATIENCE = 60


@pytest.fixture(params=["stand-in", "redis"])
async def redis(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    cache.connect("" if request.param == "stand-in" else own_redis())
    if not await cache.is_up():
        left_out(f"Redis does not answer at {own_redis()}")
    await cache.redis().flushdb()
    yield
    await tasks.cancel_all()
    await cache.disconnect()


@pytest.fixture
async def no_redis() -> AsyncIterator[None]:
    cache.connect(NOWHERE)
    yield
    await tasks.cancel_all()
    await cache.disconnect()


async def test_a_lock_is_held_by_one(redis: None) -> None:
    async with cache.lock("work", 10) as first, cache.lock("work", 10) as second:
        assert (first, second) == (True, False)
    async with cache.lock("work", 10) as third:
        assert third


async def test_limits_count_and_forget(redis: None) -> None:
    for _ in range(3):
        await limits.hit("3/hour", "me")
    with pytest.raises(TooMany):
        await limits.hit("3/hour", "me")
    await limits.hit("3/hour", "you")
    await limits.forget("3/hour", "me")
    await limits.hit("3/hour", "me")


async def test_what_other_processes_publish_arrives_once(redis: None) -> None:
    phone = live.subscribe(lambda message: message.topic == "order")
    tasks.spawn(live.relay(), "relay")
    while not (await cache.redis().pubsub_numsub(live.CHANNEL))[0][1]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    live.publish("order", to={}, body={"n": 1})
    foreign = b'{"topic":"order","to":{},"body":{"n":2},"origin":"elsewhere"}'
    cache.publish(live.CHANNEL, foreign)
    cache.publish(live.CHANNEL, foreign.replace(b"order", b"other"))
    # Its own message, were it told twice, would come before the last.
    cache.publish(live.CHANNEL, foreign.replace(b"2", b"3"))
    got = [await asyncio.wait_for(phone.queue.get(), PATIENCE) for _ in range(3)]
    assert [message.body["n"] for message in got] == [1, 2, 3]
    live.unsubscribe(phone)


async def heard_by_a_twin(address: str) -> None:
    """Returns when another process has said something."""
    cache.connect(address)
    phone = live.subscribe(lambda message: message.topic == "order")
    async with asyncio.timeout(PATIENCE):
        tasks.spawn(live.relay(), "relay")
        await phone.queue.get()


async def said_until_ended(address: str) -> None:
    cache.connect(address)
    for count in itertools.count():
        live.publish("order", to={}, body={"n": count})
        await asyncio.sleep(0.05)


def twins(address: str) -> None:
    """Two forked from one that has imported everything, as the demo's processes are."""
    forks = multiprocessing.get_context("fork")
    hears = forks.Process(target=lambda: asyncio.run(heard_by_a_twin(address)))
    says = forks.Process(target=lambda: asyncio.run(said_until_ended(address)), daemon=True)
    hears.start()
    says.start()
    hears.join()
    says.terminate()
    sys.exit(hears.exitcode)


@pytest.mark.skipif(sys.platform != "linux", reason="others do not fork")
async def test_processes_forked_from_one_hear_each_other() -> None:
    cache.connect(own_redis())
    if not await cache.is_up():
        left_out(f"Redis does not answer at {own_redis()}")
    await cache.disconnect()
    both = multiprocessing.get_context("spawn").Process(target=twins, args=(own_redis(),))
    both.start()
    await asyncio.to_thread(both.join)
    assert both.exitcode == 0


async def test_what_is_published_at_one_time_leaves_in_one_go(redis: None) -> None:
    """In its order; what says nothing new leaves once."""
    async with cache.redis().pubsub(ignore_subscribe_messages=True) as others:
        await others.subscribe("news", "alarm")
        for message in (b"one", b"two", b"one"):
            cache.publish("news", message)
            cache.publish("alarm", b"!")
        assert await _heard(others, 3) == [(b"news", b"one"), (b"alarm", b"!"), (b"news", b"two")]
        cache.publish("news", b"one")
        cache.publish("news", b"end")
        assert await _heard(others, 2) == [(b"news", b"one"), (b"news", b"end")]


async def _heard(others: Any, count: int) -> list[tuple[bytes, bytes]]:
    """The next messages, in their order."""
    found: list[tuple[bytes, bytes]] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            said = await others.get_message(timeout=PATIENCE)
            found += [(said["channel"], said["data"])] if said else []
    return found


async def test_a_slow_phone_is_told_that_it_missed_something() -> None:
    phone = live.subscribe(lambda _: True)
    for _ in range(live.QUEUE + 1):
        phone.offer(live.Message("order", {}, {}))
    assert phone.missed
    live.unsubscribe(phone)


async def test_without_redis_nothing_is_refused(no_redis: None) -> None:
    await cache.delete("a")
    assert not await cache.is_up()
    async with cache.lock("work", 10) as held:
        assert held


async def test_without_redis_doors_are_shut_and_the_rest_counts_alone(no_redis: None) -> None:
    with pytest.raises(Unavailable):
        await limits.hit("100/hour", "login", closed=True)
    await limits.hit("1/hour", "read-alone")
    with pytest.raises(TooMany):
        await limits.hit("1/hour", "read-alone")


async def test_without_redis_this_process_still_tells_its_own_phones(no_redis: None) -> None:
    phone = live.subscribe(lambda _: True)
    live.publish("order", to={}, body={"n": 1})
    assert phone.queue.get_nowait().body == {"n": 1}
    live.unsubscribe(phone)
