"""A gate that can be played: it signs and speaks as a real one does."""

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from backend.core import clock
from backend.engines.gates.rules import Direction, Signed, signature
from backend.engines.gates.schemas import Batch, GateEventIn
from backend.sample.cars import GATES


def headers(secret: str, path: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
    """What a device sends beside the body of a POST to `path`."""
    stamp = str(int((at or clock.now()).timestamp()))
    one = Signed("POST", path, body, stamp, secrets.token_hex(12), "")
    return {
        "content-type": "application/json",
        "x-linli-timestamp": one.timestamp,
        "x-linli-nonce": one.nonce,
        "x-linli-signature": signature(secret, one),
    }


async def play(api: str, direction: Direction, plate: str, *, is_asking: bool) -> dict[str, Any]:
    """One car at the demo's entrance or exit; it drives through when the barrier opens, unless it
    only asks. Answers with the decision. Raises httpx.HTTPError."""
    async with barriers(api) as gates:
        barrier = gates[direction]
        return await (barrier.ask(plate) if is_asking else barrier.drive(plate))


@asynccontextmanager
async def barriers(api: str) -> AsyncIterator[dict[Direction, "Barrier"]]:
    """The demo's entrance and exit."""
    async with httpx.AsyncClient(base_url=api, timeout=15) as client:
        # Numbers must never come again, from however many terminals.
        first = time.time_ns() // 1000
        yield {one: Barrier(client, *GATES[one], sequence=first) for one in GATES}


@dataclass
class Barrier:
    """A device with its public key and secret; `sequence` is the last number it used."""

    client: httpx.AsyncClient
    key: str
    secret: str
    sequence: int = 0

    @property
    def path(self) -> str:
        return f"/api/v1/parking/gates/{self.key}/events"

    def saw(self, kind: str, plate: str, at: datetime | None = None, **more: Any) -> GateEventIn:
        """The next event."""
        self.sequence += 1
        said = {"sequence": self.sequence, "kind": kind, "plate": plate, "at": at or clock.now()}
        return GateEventIn.model_validate(said | more)

    async def send(self, events: Sequence[GateEventIn] = ()) -> httpx.Response:
        """Tell the house; without events it is a sign of life."""
        body = Batch(events=list(events)).model_dump_json().encode()
        signed = headers(self.secret, self.path, body)
        return await self.client.post(self.path, content=body, headers=signed)

    async def ask(self, plate: str) -> dict[str, Any]:
        """A car stands at the barrier. Answers with the decision."""
        answer = (await self.send([self.saw("ask", plate)])).raise_for_status()
        decision: dict[str, Any] = answer.json()["results"][0]["decision"]
        return decision

    async def passed(self, plate: str) -> None:
        """A car has passed."""
        (await self.send([self.saw("pass", plate)])).raise_for_status()

    async def drive(self, plate: str) -> dict[str, Any]:
        """A car comes, and passes if the barrier opens. Answers with the decision."""
        decision = await self.ask(plate)
        if decision["action"] == "open":
            await self.passed(plate)
        return decision
