"""What is put off to the end of a transaction: before its commit, after it, or not at all."""

from collections.abc import Sequence
from typing import Any

import pytest

from backend.core.database import after_commit, before_commit, rows, transaction

log: list[Any] = []


@pytest.fixture(autouse=True)
def empty_log() -> None:
    log.clear()


async def together(items: Sequence[Any]) -> None:
    await rows("SELECT 1 AS one")
    log.append(list(items))


async def fail(items: Sequence[Any]) -> None:
    raise RuntimeError(items)


def done() -> None:
    log.append("done")


async def test_items_come_together_at_the_end_and_before_the_commit(db: str) -> None:
    async with transaction():
        after_commit(done)
        before_commit(together, 1)
        async with transaction():
            before_commit(together, 2)
        log.append("work")
    assert log == ["work", [1, 2], "done"]


async def test_what_a_savepoint_asked_for_goes_with_it(db: str) -> None:
    async with transaction():
        before_commit(together, 1)
        with pytest.raises(ValueError, match="no"):
            async with transaction():
                before_commit(together, 2)
                after_commit(done)
                raise ValueError("no")
    assert log == [[1]]


async def test_a_transaction_that_fails_does_nothing_of_it(db: str) -> None:
    with pytest.raises(ValueError, match="no"):
        async with transaction():
            before_commit(together, 1)
            after_commit(done)
            raise ValueError("no")
    with pytest.raises(RuntimeError):
        async with transaction():
            after_commit(done)
            before_commit(fail, 1)
    assert log == []


async def test_there_must_be_a_transaction(db: str) -> None:
    with pytest.raises(RuntimeError):
        before_commit(together, 1)
    after_commit(done)
    assert log == ["done"], "what follows a commit follows at once where there is none"
