"""The live line: a change reaches open phones within a second, and nothing is missed."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from backend.app import create_app
from backend.core import live
from backend.core.actor import Actor
from backend.engines.streams import queries, service
from backend.settings import Settings
from tests.engines.orders.conftest import Town

URL = "/api/v1/live"
PATIENCE = 60.0


class Phone:
    """A WebSocket client of a server of our own."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, frame: Any) -> None:
        await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def hear(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next frame, or `{"closed": code}`."""
        try:
            text = await asyncio.wait_for(self.socket.recv(), seconds)
        except ConnectionClosed:
            return {"closed": self.socket.close_code}
        found: dict[str, Any] = json.loads(text)
        return found

    async def silent(self, seconds: float = 0.2) -> bool:
        try:
            await self.hear(seconds)
        except TimeoutError:
            return True
        return False


@pytest.fixture
async def address(town: Town, settings: Settings) -> AsyncIterator[str]:
    """The application behind a socket, on the database that the test already has."""
    app = create_app(settings, name=f"live-{os.urandom(4).hex()}")
    listening = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True)
    assert server is not None
    await server.startup()
    await server.start_serving()
    yield f"ws://127.0.0.1:{listening.getsockname()[1]}{URL}"
    await server.close()


@asynccontextmanager
async def phone_of(town: Town, address: str, who: str, since: Any = None) -> AsyncIterator[Phone]:
    async with connect(address) as line:
        phone = Phone(line)
        token = town.headers[who]["authorization"].removeprefix("Bearer ")
        await phone.say({"token": token, "since": since})
        yield phone


async def test_a_change_is_there(town: Town, address: str) -> None:
    async with (
        phone_of(town, address, "worker") as phone,
        phone_of(town, address, "resident") as mine,
    ):
        assert (await phone.hear())["type"] == "ready"
        assert (await mine.hear())["type"] == "ready"
        order = await town.pooled()
        heard = await phone.hear()
        assert (heard["type"], heard["order_id"], heard["status"]) == (
            "order",
            order["id"],
            "pooled",
        )
        await town.move("grid", order, "take")
        taken = await phone.hear()
        assert (taken["status"], taken["what"]) == ("taken", "changed")
        frames = [await mine.hear() for _ in range(4)]
        assert [one["status"] for one in frames] == ["reported", "accepted", "pooled", "taken"]
        assert frames[0]["what"] == "new"
        assert [int(one["cursor"]) for one in frames] == sorted(
            int(one["cursor"]) for one in frames
        )


async def test_nobody_hears_of_others_orders(town: Town, address: str) -> None:
    others = ("neighbour", "far_worker", "other_grid", "staff", "water", "far_secretary")
    async with AsyncExitStack() as stack:
        opened = [phone_of(town, address, who) for who in others]
        phones = [await stack.enter_async_context(one) for one in opened]
        assert [(await one.hear())["type"] for one in phones] == ["ready"] * len(others)
        order = await town.pooled()
        await town.move("worker", order, "take")
        assert [await one.silent(0.1) for one in phones] == [True] * len(others)


async def test_who_had_it_hears_that_it_is_gone(town: Town, address: str) -> None:
    order = await town.move("secretary", await town.report(), "dispatch", party="property")
    async with phone_of(town, address, "staff") as phone:
        await phone.hear()
        await town.move("manager", order, "return", reason="不属于物业维修范围")
        assert (await phone.hear())["status"] == "accepted"
        await town.move("secretary", order, "dispatch", party="community")
        assert await phone.silent()


async def test_a_rolled_back_change_is_never_told(town: Town, address: str) -> None:
    order = await town.taken()
    async with phone_of(town, address, "worker") as phone:
        await phone.hear()
        body = {"result": "办好了", "after_ids": [999_999]}
        await town.move("worker", order, "contact")
        assert (await phone.hear())["status"] == "contacted"
        await town.move("worker", order, "resolve", status=404, **body)
        assert await phone.silent()


async def test_what_was_missed_is_told(town: Town, address: str) -> None:
    first = await town.pooled()
    async with phone_of(town, address, "worker") as phone:
        cursor = (await phone.hear())["cursor"]
    await town.move("grid", first, "take")
    second = await town.pooled()
    await town.move("secretary", await town.report(), "dispatch", party="property")
    async with phone_of(town, address, "worker", cursor) as phone:
        assert (await phone.hear())["type"] == "ready"
        told = {
            (one["order_id"], one["status"]) for one in [await phone.hear(), await phone.hear()]
        }
        assert told == {(first["id"], "taken"), (second["id"], "pooled")}
        assert await phone.silent()


@pytest.mark.parametrize("since", ["0", "x", "-1", "99999999999999999999999999", ""])
async def test_a_cursor_too_old_or_strange_means_look_anew(
    town: Town, address: str, since: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_MISSED", 2)
    await town.pooled()
    async with phone_of(town, address, "worker", since) as phone:
        assert (await phone.hear())["type"] == "ready"
        assert (await phone.hear())["type"] == "resync"


@pytest.mark.parametrize(
    "frame", ["", "{", "[]", '{"token": 5}', '{"token": "forged"}', "x" * 5000]
)
async def test_strangers_and_nonsense_are_shown_out(town: Town, address: str, frame: str) -> None:
    async with connect(address) as line:
        phone = Phone(line)
        await phone.say(frame)
        assert (await phone.hear())["closed"] in (4400, 4401)


async def test_silence_at_the_door(
    town: Town, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FIRST_FRAME_SECONDS", 0.05)
    async with connect(address) as line:
        phone = Phone(line)
        assert (await phone.hear())["closed"] == 4400


async def test_a_token_taken_away_ends_the_line(
    town: Town, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BELIEVED_SECONDS", 0)
    async with phone_of(town, address, "worker") as phone:
        await phone.hear()
        token = town.headers["worker"]["authorization"].removeprefix("Bearer ")
        known = town.people.known.pop(token)
        await town.pooled()
        assert (await phone.hear())["closed"] == 4401
        town.people.known[token] = known


async def test_a_post_that_ended_shows_nothing_more(
    town: Town, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BELIEVED_SECONDS", 0)
    async with phone_of(town, address, "worker") as phone:
        await phone.hear()
        token = town.headers["worker"]["authorization"].removeprefix("Bearer ")
        town.people.known[token] = Actor(town.ids["worker"])
        await town.pooled()
        assert await phone.silent()


async def test_pings_and_lines_that_died(
    town: Town, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PING_SECONDS", 0.05)
    monkeypatch.setattr(service, "SILENCE_SECONDS", 0.3)
    async with phone_of(town, address, "worker") as phone:
        await phone.hear()
        for _ in range(4):
            assert (await phone.hear())["type"] == "ping"
            await phone.say({"type": "pong"})
        while (heard := await phone.hear()) == {"type": "ping"}:
            pass
        assert heard == {"closed": 4408}


async def test_one_person_has_so_many_lines(
    town: Town, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_LINES", 1)
    async with phone_of(town, address, "worker") as first:
        assert (await first.hear())["type"] == "ready"
        async with phone_of(town, address, "worker") as second:
            assert (await second.hear())["closed"] == 4429
    async with phone_of(town, address, "worker") as again:
        assert (await again.hear())["type"] == "ready"


async def test_a_phone_too_slow_is_marked() -> None:
    subscriber = live.Subscriber(lambda _: True, asyncio.Queue(2))
    for number in range(4):
        subscriber.offer(live.Message("orders", {}, {"number": number}))
    assert subscriber.missed


async def test_what_is_watched_is_told_and_nothing_else(town: Town, address: str) -> None:
    """A car park's occupancy reaches the phones that show it."""
    async with connect(address) as line, phone_of(town, address, "worker") as other:
        phone = Phone(line)
        token = town.headers["resident"]["authorization"].removeprefix("Bearer ")
        await phone.say({"token": token, "watch": ["lot:3"]})
        assert [(await one.hear())["type"] for one in (phone, other)] == ["ready"] * 2
        for number in (2, 3):
            body = {"type": "lot", "lot_id": number, "free": 7}
            live.publish("lot", to={"watch": f"lot:{number}"}, body=body)
        assert (await phone.hear())["lot_id"] == 3
        assert await phone.silent(0.1)
        assert await other.silent(0.1)
