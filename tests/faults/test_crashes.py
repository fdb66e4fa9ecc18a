"""`kill -9` of the API while it writes: what was acknowledged is there once, a key works once."""

import asyncio
import random
from collections import Counter
from uuid import uuid4

import httpx

from tests.faults.house import House, Server

WRITES = 200
CLIENTS = 8
KILLS = 2


async def _insist(house: House, caller: httpx.AsyncClient, text: str, done: dict[str, int]) -> None:
    """Report with one key until it is acknowledged, as a phone does that was offline."""
    for _ in range(400):
        try:
            answer = await caller.post(
                "/orders", json=house.demand(text), headers={"idempotency-key": text}
            )
        except httpx.TransportError:
            await asyncio.sleep(0.05)
            continue
        if answer.status_code == 201:
            assert answer.json()["text"] == text
            done[text] = answer.json()["id"]
            return
        assert answer.status_code == 503, answer.text
    raise AssertionError("never acknowledged")


async def test_killed_while_writing(house: House) -> None:
    wanted = [f"crash-{uuid4().hex}" for _ in range(WRITES)]
    done: dict[str, int] = {}
    with house.api() as server:
        await server.ready()
        writers = [
            asyncio.ensure_future(_write(house, server, number, wanted, done))
            for number in range(CLIENTS)
        ]
        for part in range(1, KILLS + 1):
            while len(done) < WRITES * part // (KILLS + 1):
                await asyncio.sleep(0.01)
                assert not any(one.done() and one.exception() for one in writers)
            await asyncio.sleep(random.uniform(0, 0.05))
            server.process.kill()
            server.process.start()
        await asyncio.gather(*writers)
    assert set(done) == set(wanted)
    found = house.rows("SELECT id, text FROM orders_order WHERE text LIKE 'crash-%%'")
    times = Counter(one["text"] for one in found)
    assert times == Counter(wanted), "an acknowledged report is lost, or one is doubled"
    assert {one["text"]: one["id"] for one in found} == done
    house.check_whole()


async def _write(
    house: House, server: Server, number: int, wanted: list[str], done: dict[str, int]
) -> None:
    async with server.caller(house.residents[number]) as caller:
        for text in wanted[number::CLIENTS]:
            await _insist(house, caller, text, done)
