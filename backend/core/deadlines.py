"""How long work may take: many deadlines, one timer.

`asyncio.timeout` arms a timer of the loop for every request and disarms it again, though hardly
any ever fires. Here one timer looks after all that is under way, twenty times a second.
"""

import asyncio
from types import TracebackType
from typing import Self

TICK = 0.05
"""Seconds: so much later than asked for may work be cut off."""


class deadline:  # noqa: N801 - reads as a statement
    """Cancel the task at hand after so many seconds; TimeoutError comes out then.

    `is_over` tells of it too when the work turned the cancellation into an error of its own.
    """

    __slots__ = ("_at", "_cancelled_before", "_task", "is_over", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds, self.is_over = seconds, False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be cut off")
        self._task, self._cancelled_before = task, task.cancelling()
        loop = task.get_loop()
        self._at = loop.time() + self.seconds
        _under_way.add(self)
        if _Timer.loop is not loop:
            _Timer.loop = loop
            loop.call_later(TICK, _tick, loop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _under_way.discard(self)
        if not self.is_over or self._task.uncancel() > self._cancelled_before:
            return
        if kind is asyncio.CancelledError:
            raise TimeoutError from error

    def look(self, now: float) -> None:
        if now >= self._at and not self.is_over:
            self.is_over = True
            self._task.cancel()


class _Timer:
    loop: asyncio.AbstractEventLoop | None = None
    """Whose timer runs; it stops when nothing is under way."""


_under_way: set[deadline] = set()


def _tick(loop: asyncio.AbstractEventLoop) -> None:
    if _Timer.loop is not loop:
        return
    now = loop.time()
    for one in tuple(_under_way):
        one.look(now)
    if _under_way:
        loop.call_later(TICK, _tick, loop)
    else:
        _Timer.loop = None
