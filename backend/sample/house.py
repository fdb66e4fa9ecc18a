"""The whole product in one process, so that its time can be moved: for stories of weeks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from sanic import Sanic

from backend.app import create_app
from backend.core import clock, jobs
from backend.sample import routes
from backend.settings import Settings

MOST_ROUNDS = 200
SETTLING = 0.05
"""Seconds that WeChat's stand-in may take to call back."""


class House:
    """The API at `api`, with its worker in this very process; WeChat's stand-in at `wechat`."""

    def __init__(self, api: str, wechat: str) -> None:
        self.api, self.wechat = api, wechat
        self._control = httpx.AsyncClient(base_url=wechat, timeout=20, trust_env=False)

    async def settle(self) -> None:
        """Do all that is due now, on both sides."""
        for _ in range(MOST_ROUNDS):
            await jobs.start_due_schedules()
            if not await jobs.run_due():
                await asyncio.sleep(SETTLING)
                if not await jobs.run_due():
                    return
        raise TimeoutError("the jobs make new ones without end")

    async def pass_time(self, by: timedelta) -> None:
        """Let time go by, here and at WeChat, and do what has become due."""
        clock.move(by)
        await self.ask_wechat("/control/clock", advance_seconds=by.total_seconds())
        await self.settle()

    async def ask_wechat(self, path: str, **body: object) -> dict[str, object]:
        """Have WeChat's stand-in do something. Raises httpx.HTTPStatusError."""
        answer = await self._control.post(path, json=body)
        answer.raise_for_status()
        found: dict[str, object] = answer.json()
        return found

    async def close(self) -> None:
        await self._control.aclose()


@asynccontextmanager
async def standing(settings: Settings) -> AsyncIterator[House]:
    """Serve the API on its port, in this process; the worker works when `House.settle` is called.

    The database must be there, and WeChat's stand-in on the next port.
    """
    Sanic.test_mode = True  # the application's name may be used again
    app = create_app(settings, name="linli-house", more=[routes.bp])
    server: Any = await app.create_server(
        settings.host, settings.port, return_asyncio_server=True, access_log=False
    )
    await server.startup()
    await server.before_start()
    await server.after_start()
    house = House(
        f"http://{settings.host}:{settings.port}", f"http://{settings.host}:{settings.port + 1}"
    )
    try:
        yield house
    finally:
        await house.close()
        await server.before_stop()
        await server.close()
        await server.after_stop()
