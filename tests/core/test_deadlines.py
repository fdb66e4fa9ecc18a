"""Deadlines: what is late is cut off once, and nothing else is."""

import asyncio

import pytest

from backend.core import deadlines
from backend.core.deadlines import deadline

SOON, LONG = 0.06, 600.0


async def test_late_work_is_cut_off() -> None:
    loop = asyncio.get_running_loop()
    began, cut = loop.time(), deadline(SOON)
    with pytest.raises(TimeoutError), cut:
        await asyncio.sleep(LONG)
    assert cut.is_over
    assert loop.time() - began >= SOON
    await asyncio.sleep(0)  # the cancellation is used up: the task goes on
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_work_in_time_is_left_alone() -> None:
    with deadline(LONG) as cut:
        await asyncio.sleep(0)
    await asyncio.sleep(deadlines.TICK * 2)
    assert not cut.is_over


async def test_an_error_in_place_of_the_cancellation_is_told_apart() -> None:
    """As database drivers do it."""
    cut = deadline(SOON)
    with pytest.raises(ConnectionError), cut:
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError as error:
            raise ConnectionError from error
    assert cut.is_over


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def work() -> None:
        with deadline(LONG):
            await asyncio.sleep(LONG)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_inner_one_is_over_alone() -> None:
    with deadline(LONG) as outer:
        inner = deadline(SOON)
        with pytest.raises(TimeoutError), inner:
            await asyncio.sleep(LONG)
        await asyncio.sleep(0)
    assert (outer.is_over, inner.is_over) == (False, True)


async def test_many_have_one_timer_and_it_rests() -> None:
    async def work(number: int) -> bool:
        try:
            with deadline(SOON if number % 2 else LONG):
                await asyncio.sleep(SOON * 4)
        except TimeoutError:
            return True
        return False

    late = await asyncio.gather(*(work(number) for number in range(20)))
    assert late == [bool(number % 2) for number in range(20)]
    await asyncio.sleep(deadlines.TICK * 3)
    assert deadlines._Timer.loop is None
    assert not deadlines._under_way
