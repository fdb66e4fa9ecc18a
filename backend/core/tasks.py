"""Background tasks of this process. They start outside any transaction.

A plain `asyncio.create_task` inside a transaction would inherit its connection and go on using
it after the commit.
"""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any

import structlog

_log = structlog.get_logger(__name__)
_running: set[asyncio.Task[None]] = set()


def spawn(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run `work` beside everything else; what it raises is logged."""
    task = asyncio.get_running_loop().create_task(work, name=name, context=Context())
    _running.add(task)
    task.add_done_callback(_finish)
    return task


def _finish(task: asyncio.Task[None]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("task_failed", task=task.get_name(), error=repr(error))


async def cancel_all() -> None:
    """End every background task and wait for it."""
    tasks = list(_running)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
