"""The database goes silent in the middle of a write: a clear answer in time, nothing half done,
and work goes on by itself once it is back."""

import asyncio
from uuid import uuid4

from tests.faults.conftest import POOL
from tests.faults.house import House, Server
from tests.faults.proxy import Fault, Proxy, holding

PATIENCE = 30.0
"""Seconds: the silence lasts until we end it, so what has no deadline never answers."""
TRIES = 20


async def _report(house: House, server: Server, token: str, text: str) -> int:
    async with server.caller(token, timeout=PATIENCE) as caller:
        answer = await caller.post(
            "/orders", json=house.demand(text), headers={"idempotency-key": text}
        )
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        assert answer.json()["code"] == "unavailable", answer.text
    return answer.status_code


async def _all_report(house: House, server: Server, said: list[str]) -> list[int]:
    return await asyncio.gather(
        *(_report(house, server, house.residents[number], text) for number, text in enumerate(said))
    )


async def test_a_hole_in_the_middle_of_a_write(house: House, proxy: Proxy, server: Server) -> None:
    for _ in range(2):
        trap = proxy.trap(holding("INSERT INTO `orders_order`"), Fault.HOLE)
        # Three times as many as the pool holds: a connection that leaked would be missed.
        said = [f"hole-{uuid4().hex}" for _ in range(3 * POOL)]
        results = await _all_report(house, server, said)
        assert trap.sprung.is_set()
        assert set(results) == {503}
        assert all(house.orders_saying(text) == [] for text in said)
        proxy.heal()
        await asyncio.gather(
            *(_insist(house, server, number, text) for number, text in enumerate(said))
        )
        assert all(len(house.orders_saying(text)) == 1 for text in said)
    house.check_whole()


async def _insist(house: House, server: Server, number: int, text: str) -> None:
    """Ask again with the same key, as a phone does: a slow machine may be late once."""
    for _ in range(TRIES):
        if await _report(house, server, house.residents[number], text) == 201:
            return
    raise AssertionError("it does not recover by itself")


async def test_reading_from_a_silent_database_ends_in_time(
    house: House, proxy: Proxy, server: Server
) -> None:
    """Also for somebody whose token was not seen lately, and for who asks whether it is ready."""
    proxy.silence()
    async with server.caller(house.workers[9], timeout=PATIENCE) as caller:
        answers = await asyncio.gather(
            caller.get("/orders/mine"), caller.get("/me"), caller.get(f"{server.base}/readyz")
        )
        assert [one.status_code for one in answers] == [503, 503, 503]
        proxy.heal()
        await _insist(house, server, 0, f"back-{uuid4().hex}")
        assert (await caller.get("/orders/mine")).status_code == 200
