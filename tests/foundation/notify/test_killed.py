"""A worker that is really killed while WeChat has its call."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backend.core import jobs
from backend.core.leash import leashed
from backend.foundation.notify import messages
from backend.foundation.notify.models import Delivery
from backend.foundation.notify.models import DeliveryStatus as Status
from backend.foundation.notify.rules import Reason
from tests.foundation.notify.sending import ALL, SEND, URGENT, much_later, person, quota, tell
from tests.wechat_mock.conftest import Mock

ROOT = Path(__file__).parents[3]
WORKER = """
import asyncio, sys
from backend.core import cache, crypto, database, jobs, loader
from backend.foundation.notify import messages
from backend.integrations import wechat
from tests.conftest import KEYS
from tests.foundation.notify.sending import ALL

async def main(url, weixin):
    crypto.configure(KEYS)
    cache.connect("")
    loader.load("reactions")
    messages.known = lambda: ALL
    await database.connect(url)
    wechat.configure(wechat.WeChat(wechat.Account("wx", "hush", weixin)))
    await jobs.run_outside()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "known", lambda: ALL)


@dataclass
class Silence:
    """A WeChat that hears and never answers."""

    url: str = ""
    heard: list[bytes] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            if SEND.encode() in head:
                self.heard.append(head)
                self.called.set()
                await asyncio.sleep(60)
            body = json.dumps({"access_token": "t", "expires_in": 7200}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()


@asynccontextmanager
async def silence() -> AsyncIterator[Silence]:
    one = Silence()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield one
    finally:
        server.close()


async def test_a_killed_worker_leaves_unknown_and_nobody_sends_again(weixin: Mock, db: str) -> None:
    user_id = await person(weixin, agreed=5)
    row = await tell(user_id, URGENT)
    async with silence() as wechat:
        worker = await asyncio.create_subprocess_exec(
            *leashed(sys.executable, "-c", WORKER, db, wechat.url), cwd=ROOT, env=environment()
        )
        await asyncio.wait_for(wechat.called.wait(), 20)
        worker.kill()
        await worker.wait()
        row = await Delivery.get(id=row.id)
        assert (row.status, row.attempts) == (Status.SENDING, 1)
        for _ in range(3):
            await much_later()
        assert len(wechat.heard) == 1
    row = await Delivery.get(id=row.id)
    assert (row.status, row.reason) == (Status.UNKNOWN, Reason.CRASHED)
    assert weixin.world.calls[SEND] == 0
    assert await quota(user_id, URGENT) == 4
    assert await jobs.Job.all().count() == 0


def environment() -> dict[str, str]:
    return {"PYTHONPATH": f"{ROOT}:{ROOT / 'miniprogram-mock'}", "PATH": ""}
