"""Open phones hear of changes within a second, and of what they missed when they come back."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.stories.conftest import Order, Town

PATIENCE = 60.0


@asynccontextmanager
async def _line(
    town: Town, who: str, since: str | None = None
) -> AsyncIterator[tuple[ClientConnection, str]]:
    """The open line of somebody, and the cursor it began with."""
    token = town[who].http.headers["authorization"].removeprefix("Bearer ")
    address = town.demo.api.replace("http", "ws") + "/api/v1/live"
    async with connect(address, proxy=None) as socket:
        await socket.send(json.dumps({"token": token, "since": since}))
        ready = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
        assert ready["type"] == "ready"
        yield socket, ready["cursor"]


async def _about(socket: ClientConnection, order: Order) -> dict[str, Any]:
    """The next frame about the order."""
    async with asyncio.timeout(PATIENCE):
        async for text in socket:
            frame: dict[str, Any] = json.loads(text)
            if frame.get("order_id") == order["id"]:
                return frame
    raise AssertionError("the line was closed")


async def test_both_phones_hear(town: Town) -> None:
    order = await town.report()
    async with _line(town, "worker") as (worker, _), _line(town, "resident") as (resident, _):
        await town.move("secretary", order, "dispatch", party="community", grade="yellow")
        frame = await _about(worker, order)
        assert frame["status"] == "pooled"
        await town.move("worker", order, "take")
        while (frame := await _about(resident, order))["status"] != "taken":
            pass


async def test_what_was_missed_is_told(town: Town) -> None:
    async with _line(town, "resident") as (_, cursor):
        pass
    order = await town.taken()
    async with _line(town, "resident", since=cursor) as (socket, _):
        assert (await _about(socket, order))["status"] == "taken"


async def test_nobody_hears_of_what_is_not_theirs(town: Town) -> None:
    async with _line(town, "neighbour") as (socket, _):
        order = await town.report()
        own = await town.report("neighbour")
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = json.loads(await socket.recv())
                assert frame.get("order_id") != order["id"]
                if frame.get("order_id") == own["id"]:
                    break


async def test_a_token_that_ended_ends_the_line(town: Town) -> None:
    guest = await town.person("guest", "resident", number=31)
    async with _line(town, "guest") as (socket, _):
        await guest.post("/auth/logout")
        await asyncio.sleep(1)
        # The line notices when it would next say something.
        await town.report("neighbour")
        order = await town.report()
        with_nothing = [json.loads(one) async for one in _until_closed(socket)]
        assert order["id"] not in [one.get("order_id") for one in with_nothing]


async def _until_closed(socket: ClientConnection) -> AsyncIterator[str]:
    try:
        async with asyncio.timeout(2):
            async for text in socket:
                yield str(text)
    except TimeoutError:
        return
