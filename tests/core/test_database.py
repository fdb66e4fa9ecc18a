"""Constant SQL: what is bound means the same on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from backend.core import clock, jobs
from backend.core.database import execute, insert, is_retryable, rows, transaction, tuples
from backend.core.jobs import Job

MIDNIGHT, NEXT = clock.bounds(date(2026, 11, 25))
COUNT = "SELECT COUNT(*) AS n FROM core_job WHERE run_at >= ? AND run_at < ?"


@pytest.fixture
async def five_past_midnight(db: str) -> datetime:
    """A row of the 26th in Shanghai, which in UTC is still the 25th."""
    jobs.declared.setdefault("tests.nothing", jobs.Declared("tests.nothing", print, outside=False))  # type: ignore[arg-type]
    at = datetime(2026, 11, 25, 16, 5, tzinfo=UTC)
    await jobs.insert([("tests.nothing", {})], at)
    return at


async def test_a_day_of_shanghai_is_asked_for_rightly(five_past_midnight: datetime) -> None:
    assert (await rows(COUNT, MIDNIGHT, NEXT))[0]["n"] == 0
    assert (await tuples(COUNT, NEXT, NEXT + timedelta(days=1)))[0] == (1,)


async def test_a_moment_is_written_as_what_it_is(five_past_midnight: datetime) -> None:
    there = five_past_midnight.astimezone(clock.SHANGHAI)
    assert await execute("UPDATE core_job SET run_at = ? WHERE run_at = ?", there, there) == 1
    assert (await Job.get(name="tests.nothing")).run_at == five_past_midnight
    made = await insert(
        "INSERT INTO core_schedule (name, next_at) VALUES (?, ?)", "tests.there", there
    )
    assert made
    assert (await jobs.Schedule.get(name="tests.there")).next_at == five_past_midnight


async def test_a_moment_without_a_zone_is_refused(db: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        await rows(COUNT, datetime(2026, 11, 25), NEXT)  # noqa: DTZ001


@pytest.mark.parametrize("db", ["mariadb"], indirect=True)
async def test_a_deadlock_inside_savepoints_can_be_tried_again(db: str) -> None:
    """Of two that wait for each other one is undone, savepoints and all, and is told why."""
    for name in ("a", "b"):
        await execute("INSERT INTO core_schedule (name, next_at) VALUES (?, ?)", name, MIDNIGHT)
    both = asyncio.Barrier(2)

    async def cross(first: str, second: str) -> None:
        async with transaction(), transaction():
            await execute("UPDATE core_schedule SET next_at = ? WHERE name = ?", NEXT, first)
            await both.wait()
            async with transaction():
                await execute("UPDATE core_schedule SET next_at = ? WHERE name = ?", NEXT, second)

    done = await asyncio.gather(cross("a", "b"), cross("b", "a"), return_exceptions=True)
    (lost,) = [one for one in done if isinstance(one, Exception)]
    assert is_retryable(lost), repr(lost)
