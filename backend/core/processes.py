"""Work for the processor, in processes of its own, so that the loop keeps answering.

The pool starts with the first piece of work. A child that dies (killed, or a decoder crashed)
breaks the whole pool: it is replaced and the work tried again.
"""

import asyncio
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

CHILDREN = 2
ATTEMPTS = 3


class Crashed(Exception):
    """The work killed its process every time it was tried."""


class _Holder:
    pool: ProcessPoolExecutor | None = None


async def run(work: Callable[..., T], *arguments: Any) -> T:
    """What `work` (a module's function) returns or raises, arguments and answer being pickled.

    Raises Crashed.
    """
    for _ in range(ATTEMPTS):
        pool = _Holder.pool or _open()
        try:
            return await asyncio.wrap_future(_submit(pool, work, *arguments))
        except BrokenProcessPool:
            # Of several that waited on the same pool the first replaces it.
            if _Holder.pool is pool:
                _Holder.pool = None
                pool.shutdown(wait=False)
    raise Crashed


async def close() -> None:
    """End the children; what they have not begun is cancelled."""
    pool, _Holder.pool = _Holder.pool, None
    if pool is not None:
        await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


def _open() -> ProcessPoolExecutor:
    # Not "fork": the loop and its threads must not be copied half-way.
    context = multiprocessing.get_context("spawn")
    _Holder.pool = ProcessPoolExecutor(CHILDREN, mp_context=context, initializer=_watch_parent)
    return _Holder.pool


def _submit(pool: ProcessPoolExecutor, work: Callable[..., T], *arguments: Any) -> Future[T]:
    with _allowed_to_spawn():
        return pool.submit(work, *arguments)


@contextmanager
def _allowed_to_spawn() -> Iterator[None]:
    """Submitting starts the children, and multiprocessing has two ideas against that.

    Sanic's workers are daemons, which may not have children; and a child would import the main
    module, that is the whole product, to cut a picture.
    """
    current: Any = multiprocessing.current_process()
    main = sys.modules["__main__"]
    hidden = {name: vars(main).get(name) for name in ("__spec__", "__file__")}
    was_daemon = current._config.pop("daemon", None)  # noqa: SLF001
    vars(main).update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        vars(main).update(hidden)
        if was_daemon is not None:
            current._config["daemon"] = was_daemon  # noqa: SLF001


def _watch_parent() -> None:
    """In a child: end with the parent, however that ended."""

    def wait() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
