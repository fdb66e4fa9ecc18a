"""The live line to one open phone: who it is, what it missed, what changes now."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from backend.core import http, live
from backend.core.actor import Actor
from backend.engines.streams import queries
from backend.engines.streams.queries import TOPIC

FIRST_FRAME_SECONDS = 10.0
PING_SECONDS = 30.0
SILENCE_SECONDS = 75.0
BELIEVED_SECONDS = 0.9
"""How old the answer to "is this token still good" may be when something is sent."""
MOST_LINES = 6
"""Open phones of one person on one process."""
MOST_BYTES = 4096


class Goodbye(Exception):
    """Close the line, with a WebSocket close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Socket(Protocol):
    async def send(self, message: str) -> None: ...
    async def recv(self, timeout: float | None = None) -> Any: ...
    async def close(self, code: int = 1000, reason: str = "") -> None: ...


class Hello(msgspec.Struct):
    token: str
    since: str | None = None
    watch: list[str] = []
    """What is nobody's secret and the phone shows just now: `lot:3`, how full a car park is."""


_lines: Counter[int] = Counter()


async def serve(socket: Socket) -> None:
    """Talk to a phone until it goes, is silent for too long, or is no longer signed in."""
    try:
        hello = await _hello(socket)
        actor = await _known(hello.token)
        if _lines[actor.user_id] >= MOST_LINES:
            raise Goodbye(4429, "too many lines")
        _lines[actor.user_id] += 1
        try:
            await _Line(socket, hello, actor).run()
        finally:
            _lines[actor.user_id] -= 1
    except Goodbye as goodbye:
        with suppress(Exception):
            await socket.close(goodbye.code, goodbye.reason)


async def _hello(socket: Socket) -> Hello:
    try:
        async with asyncio.timeout(FIRST_FRAME_SECONDS):
            frame = await socket.recv()
        if frame is None or len(frame) > MOST_BYTES:
            raise Goodbye(4400, "bad first frame")
        return msgspec.json.decode(frame, type=Hello)
    except (TimeoutError, msgspec.DecodeError) as error:
        raise Goodbye(4400, "bad first frame") from error


async def _known(token: str) -> Actor:
    actor = await http.authenticate(token)
    if actor is None:
        raise Goodbye(4401, "not signed in")
    return actor


class _Line:
    """One phone: a reader that notices life, a writer that sends what it may see."""

    def __init__(self, socket: Socket, hello: Hello, actor: Actor) -> None:
        self.socket, self.hello, self.actor = socket, hello, actor
        self.heard = self.believed = asyncio.get_running_loop().time()

    def wants(self, message: live.Message) -> bool:
        if message.topic == live.PEOPLE:
            return self.actor.user_id in message.to["user_ids"]
        if message.topic == TOPIC:
            return queries.concerns(message.to, self.actor)
        return message.to.get("watch") in self.hello.watch

    async def run(self) -> None:
        """Subscribe first, then tell what was missed: nothing falls between the two."""
        subscriber = live.subscribe(self.wants)
        try:
            await self._catch_up()
            async with asyncio.TaskGroup() as both:
                both.create_task(self._read())
                both.create_task(self._write(subscriber))
        except* Goodbye as ended:
            raise ended.exceptions[0] from None
        finally:
            live.unsubscribe(subscriber)

    async def _say(self, frame: dict[str, Any]) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def _catch_up(self) -> None:
        cursor, missed = await queries.since(self.actor, self.hello.since)
        await self._say({"type": "ready", "cursor": cursor})
        if missed is None:
            await self._say({"type": "resync"})
            return
        for frame in missed:
            await self._say(frame)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _read(self) -> None:
        while True:
            frame = await self.socket.recv()
            if frame is None or len(frame) > MOST_BYTES:
                raise Goodbye(1000, "gone")
            self.heard = self._now()

    async def _write(self, subscriber: live.Subscriber) -> None:
        while True:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    message = await subscriber.queue.get()
            except TimeoutError:
                await self._ping()
                continue
            await self._still_signed_in()
            if subscriber.missed:
                subscriber.missed = False
                await self._say({"type": "resync"})
            elif self.wants(message):
                await self._say(message.body)

    async def _ping(self) -> None:
        if self._now() - self.heard > SILENCE_SECONDS:
            raise Goodbye(4408, "silent")
        await self._still_signed_in()
        await self._say({"type": "ping"})

    async def _still_signed_in(self) -> None:
        """A token that was taken away, or a post that ended, stops the line within a second."""
        if self._now() - self.believed > BELIEVED_SECONDS:
            self.actor = await _known(self.hello.token)
            self.believed = self._now()
