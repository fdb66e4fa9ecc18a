"""The worker: runs the outbox and what the clock starts. Any number of them may run."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from backend.app import close_everything, open_everything
from backend.core import cache, jobs, loader, tasks
from backend.settings import Settings

Work = Callable[[], Awaitable[int]]

IDLE = 0.5
TICK = 1.0
_log = structlog.get_logger(__name__)


async def run(settings: Settings) -> None:
    """Work until told to stop (SIGTERM, SIGINT); what is under way then is finished."""
    loader.load_work()
    await open_everything(settings)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    awake = asyncio.Event()
    tasks.spawn(_listen(awake), "wake-listener")
    try:
        await asyncio.gather(
            _pump(jobs.run_inside, stop, awake),
            _pump(jobs.run_outside, stop, awake),
            _keep_time(stop),
        )
    finally:
        await close_everything()


async def _listen(awake: asyncio.Event) -> None:
    async for _ in cache.listen(cache.WAKE_CHANNEL):
        awake.set()


async def _pump(work: Work, stop: asyncio.Event, awake: asyncio.Event) -> None:
    while not stop.is_set():
        if await _try(work):
            continue
        awake.clear()
        await _first_of(stop, awake, IDLE)


async def _keep_time(stop: asyncio.Event) -> None:
    while not stop.is_set():
        await _try(_schedules)
        await _first_of(stop, stop, TICK)


async def _schedules() -> int:
    await jobs.start_due_schedules()
    return 0


async def _try(work: Work) -> int:
    """One round. A database that is away is waited for, not died of."""
    try:
        return await work()
    except Exception as error:
        _log.warning("worker_round_failed", error=repr(error))
        await asyncio.sleep(TICK)
        return 0


async def _first_of(stop: asyncio.Event, awake: asyncio.Event, seconds: float) -> None:
    waiters = [asyncio.ensure_future(event.wait()) for event in {stop, awake}]
    with suppress(asyncio.TimeoutError):
        await asyncio.wait(waiters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for waiter in waiters:
        waiter.cancel()
