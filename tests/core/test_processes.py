"""Processes for the processor: they come, they crash, they are replaced, they end."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from backend.core import processes


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    yield
    await processes.close()


def product(one: int, other: int) -> int:
    return one * other


def fail() -> None:
    raise ZeroDivisionError("so")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def test_work_is_done_elsewhere_and_its_errors_come_back() -> None:
    assert await processes.run(product, 6, 7) == 42
    assert await processes.run(os.getpid) != os.getpid()
    with pytest.raises(ZeroDivisionError, match="so"):
        await processes.run(fail)


async def test_what_kills_its_process_is_given_up_and_others_go_on() -> None:
    deadly = asyncio.create_task(processes.run(die))
    with pytest.raises(processes.Crashed):
        await deadly
    assert await processes.run(product, 2, 3) == 6


async def test_a_killed_child_is_replaced_unnoticed() -> None:
    child = await processes.run(os.getpid)
    os.kill(child, signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert await processes.run(product, 2, 3) == 6


async def test_children_do_not_import_the_main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    # Under pytest-xdist the main module has no file, and there would be nothing to import.
    monkeypatch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
    ours = vars(sys.modules["__main__"]).get("__file__")
    theirs = "vars(__import__('sys').modules['__main__']).get('__file__')"
    assert await processes.run(eval, theirs) is None
    assert vars(sys.modules["__main__"]).get("__file__") == ours is not None


def in_a_daemon(queue: "multiprocessing.SimpleQueue[object]") -> None:
    async def work() -> tuple[int, bool]:
        answer = await processes.run(product, 6, 7)
        await processes.close()
        return answer, multiprocessing.current_process().daemon

    queue.put(asyncio.run(work()))


async def test_daemons_may_have_children_too() -> None:
    """Sanic's workers are daemons."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.SimpleQueue[object] = context.SimpleQueue()
    daemon = context.Process(target=in_a_daemon, args=(queue,), daemon=True)
    daemon.start()
    assert await asyncio.to_thread(queue.get) == (42, True)
    daemon.join(10)
    assert daemon.exitcode == 0


def orphaned(queue: "multiprocessing.SimpleQueue[object]") -> None:
    queue.put(asyncio.run(processes.run(os.getpid)))
    os.kill(os.getpid(), signal.SIGKILL)


async def test_children_end_with_a_parent_that_was_killed() -> None:
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.SimpleQueue[int] = context.SimpleQueue()
    parent = context.Process(target=orphaned, args=(queue,))
    parent.start()
    child = await asyncio.to_thread(queue.get)
    parent.join(10)
    for _ in range(50):
        if not is_running(child):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the child lives on")


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
