"""The outbox: with the transaction or not at all, once, backing off, dead, revived."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine

from backend.core import clock, database, jobs
from backend.core.events import Event, emit, on
from backend.core.jobs import Job

ran: list[int] = []
failing: set[int] = set()


@dataclass(frozen=True)
class SomethingHappened(Event):
    number: int


@on(SomethingHappened)
async def note(event: SomethingHappened) -> None:
    if event.number in failing:
        raise RuntimeError(f"no {event.number}")
    ran.append(event.number)


@pytest.fixture(autouse=True)
def clean() -> None:
    ran.clear()
    failing.clear()


async def test_rolled_back_means_never(db: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await emit(SomethingHappened(1))
            raise ZeroDivisionError
    assert await jobs.run_due() == 0
    assert ran == []


async def test_committed_means_once(db: str) -> None:
    async with database.transaction():
        await emit(SomethingHappened(1))
        await emit(SomethingHappened(2))
    assert await jobs.run_due() == 2
    assert await jobs.run_due() == 0
    assert sorted(ran) == [1, 2]
    assert await Job.all().count() == 0


async def test_one_failure_does_not_hold_up_the_others(db: str) -> None:
    failing.add(2)
    for number in (1, 2, 3):
        await emit(SomethingHappened(number))
    await jobs.run_due()
    waiting = await Job.all()
    assert [job.payload["number"] for job in waiting] == [2]
    assert waiting[0].run_at > clock.now()
    assert "no 2" in (waiting[0].error or "")


async def test_dead_after_the_last_attempt_and_revived(db: str) -> None:
    failing.add(7)
    await emit(SomethingHappened(7))
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(jobs.MAX_ATTEMPTS):
            assert await jobs.run_due() == 1
            traveller.shift(timedelta(hours=2))
        assert await jobs.run_due() == 0
        assert (await jobs.backlog())["dead"] == 1
        failing.clear()
        assert await jobs.revive() == 1
        await jobs.run_due()
    assert ran == [7]


async def test_a_lost_lease_changes_nothing(db: str) -> None:
    await emit(SomethingHappened(1))
    held = await jobs.take()
    with time_machine.travel(clock.now() + jobs.LEASE * 2, tick=False):
        again = await jobs.take()
        assert [one.id for one in again] == [held[0].id]
        with pytest.raises(jobs.LostLease):
            async with database.transaction():
                await jobs._remove(held)
        async with database.transaction():
            await jobs._remove(again)
    assert await Job.all().count() == 0


async def test_rivals_share_the_work(db: str) -> None:
    for number in range(60):
        await emit(SomethingHappened(number))
    for _ in range(10):
        await asyncio.gather(*(jobs.run_due(20) for _ in range(3)), return_exceptions=True)
    assert await Job.all().count() == 0
    assert set(ran) == set(range(60))


async def test_a_schedule_is_started_by_one(db: str) -> None:
    await jobs.start_due_schedules()
    await asyncio.gather(*(jobs.start_due_schedules() for _ in range(4)))
    names = [job.name for job in await Job.all()]
    assert len(names) == len(set(names)) == len(jobs.periods)
