"""Redis dies under way: work goes on, only the doors that count tries are shut; nothing is lost."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import redis

from tests.conftest import left_out
from tests.faults.house import House, Process, Server, free_port


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[tuple[Process, int]]:
    """A Redis that only this test has."""
    binary = shutil.which("redis-server")
    if binary is None:
        left_out("redis-server is not installed, so no Redis can be killed")
    port = free_port()
    command = [binary, "--port", str(port), "--save", "", "--appendonly", "no"]
    process = Process([*command, "--bind", "127.0.0.1"], {}, tmp_path)
    process.start()
    yield process, port
    process.kill()


async def _answers(port: int) -> None:
    for _ in range(1200):
        try:
            redis.Redis(port=port).ping()
        except redis.RedisError:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("redis-server does not start")


async def _work(house: House, server: Server, tag: str, orders: list[int]) -> None:
    """Eight reports and as many takes."""

    async def one(number: int) -> None:
        async with server.caller(house.residents[number]) as caller:
            key = {"idempotency-key": f"{tag}-{number}"}
            body = house.demand(f"{tag}-{number}")
            answer = await caller.post("/orders", json=body, headers=key)
            assert answer.status_code == 201, answer.text
        async with server.caller(house.workers[number]) as caller:
            answer = await caller.post(f"/orders/{orders[number]}/take")
            assert answer.status_code == 200, answer.text

    await asyncio.gather(*(one(number) for number in range(8)))


async def _login(server: Server) -> int:
    async with server.caller() as caller:
        return (await caller.post("/auth/wechat", json={"code": "a-code-1"})).status_code


async def test_redis_is_disposable(
    house: House, own_redis: tuple[Process, int], server: Server
) -> None:
    process, port = own_redis
    await _answers(port)
    orders = await house.pooled(server, 24)
    tags = [f"redis-{uuid4().hex[:8]}" for _ in range(3)]
    with house.api(LINLI_REDIS_URL=f"redis://127.0.0.1:{port}/0") as served:
        await served.ready()
        await _work(house, served, tags[0], orders[:8])
        # WeChat is nowhere here: 502 says that the door itself was open.
        assert await _login(served) == 502
        process.kill()
        await _work(house, served, tags[1], orders[8:16])
        assert await _login(served) == 503
        assert (await _ready(served)) == {"database": True, "redis": False}
        process.start()
        await _answers(port)
        await _work(house, served, tags[2], orders[16:])
        redis.Redis(port=port).flushall()
        assert await _login(served) == 502
        assert (await _ready(served)) == {"database": True, "redis": True}
    for tag in tags:
        assert [len(house.orders_saying(f"{tag}-{number}")) for number in range(8)] == [1] * 8
    house.check_whole()


async def _ready(server: Server) -> dict[str, bool]:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{server.base}/readyz")
        assert answer.status_code == 200
        return dict(answer.json())
