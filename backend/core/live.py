"""Telling open phones at once: a hub in this process, joined with the others through Redis.

A message is a hint to look again, never the truth itself: losing one loses nothing, for a client
that comes back names the last cursor it saw, and polling is the fallback.
"""

import asyncio
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from backend.core import cache
from backend.core.database import after_commit

CHANNEL = "linli:live"
PEOPLE = "people"
"""The topic of messages for persons by name."""
QUEUE = 200
_import = secrets.token_hex(8)


class Message(msgspec.Struct, frozen=True):
    """`topic` says what kind of thing changed; `to` is for the filter, `body` for the client."""

    topic: str
    to: dict[str, Any]
    body: dict[str, Any]
    origin: str = ""


Filter = Callable[[Message], bool]


@dataclass(eq=False)
class Subscriber:
    """One open phone. `missed` is set when it was too slow and has to look at everything anew."""

    wants: Filter
    queue: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    missed: bool = False

    def offer(self, message: Message) -> None:
        if not self.wants(message):
            return
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.missed = True


_open: set[Subscriber] = set()


def subscribe(wants: Filter) -> Subscriber:
    subscriber = Subscriber(wants)
    _open.add(subscriber)
    return subscriber


def unsubscribe(subscriber: Subscriber) -> None:
    _open.discard(subscriber)


def publish(topic: str, *, to: dict[str, Any], body: dict[str, Any]) -> None:
    """Tell everyone concerned once the transaction at hand is committed."""
    message = Message(topic, to, body, _origin())
    after_commit(lambda: _send(message))


def tell(user_ids: Iterable[int], body: dict[str, Any]) -> None:
    """Tell these people, whatever they may do elsewhere: the caller knows that it concerns them."""
    publish(PEOPLE, to={"user_ids": sorted(set(user_ids))}, body=body)


def _send(message: Message) -> None:
    _deliver(message)
    cache.publish(CHANNEL, msgspec.json.encode(message))


def _deliver(message: Message) -> None:
    for subscriber in tuple(_open):
        subscriber.offer(message)


async def relay() -> None:
    """Pass on what other processes publish, for ever."""
    async for data in cache.listen(CHANNEL):
        message = msgspec.json.decode(data, type=Message)
        if message.origin != _origin():
            _deliver(message)


def _origin() -> str:
    """This process among all of them: those forked from one share what was imported before."""
    return f"{_import}:{os.getpid()}"
