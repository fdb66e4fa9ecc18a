"""The outbox: one table of jobs, written in the transaction of what they follow from.

A job is taken by conditional update with a lease and a fence (`owner`). A job that only changes
the database commits together with its own removal, so its effects happen once. A job that calls
the outside world says so, runs alone and outside a transaction, and keeps its own record.
Failures back off, then the job is dead: shown, kept, revived by hand.
"""

import asyncio
import json
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Counter
from tortoise import fields

from backend.core import cache, clock
from backend.core.database import (
    CodeField,
    Row,
    UtcDatetimeField,
    after_commit,
    dialect,
    execute,
    marks,
    moment,
    rows,
    transaction,
)

Runner = Callable[..., Awaitable[None]]

MAX_ATTEMPTS = 8
LEASE = timedelta(seconds=60)
PATIENCE = 30.0
BATCH = 50

_log = structlog.get_logger(__name__)
_done = Counter("linli_jobs_total", "Jobs by outcome", ["name", "outcome"])


class LostLease(Exception):
    """Another worker took the jobs meanwhile; what this one did is rolled back."""


class Job(Row):
    """Something to do. A done job is deleted; `is_dead` ones wait for a person."""

    name = CodeField(max_length=160)
    payload: dict[str, Any] = fields.JSONField()
    run_at = UtcDatetimeField()
    attempts = fields.IntField(default=0)
    owner = CodeField(max_length=32, default="")
    is_outside = fields.BooleanField(default=False)
    is_dead = fields.BooleanField(default=False)
    error = fields.TextField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "core_job"
        indexes = (("is_dead", "is_outside", "run_at"),)


class Schedule(Row):
    """When a recurring job is next due."""

    name = CodeField(max_length=160, unique=True)
    next_at = UtcDatetimeField()

    class Meta:
        table = "core_schedule"


@dataclass(frozen=True)
class Declared:
    name: str
    run: Runner
    outside: bool


@dataclass(frozen=True)
class Due:
    """A job in a worker's hands."""

    id: int
    name: str
    payload: dict[str, Any]
    attempts: int


declared: dict[str, Declared] = {}
periods: dict[str, timedelta] = {}


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__.removeprefix('backend.')}.{function.__name__}"


def declare(name: str, run: Runner, *, outside: bool = False) -> None:
    if name in declared:
        raise RuntimeError(f"job {name} is declared twice")
    declared[name] = Declared(name, run, outside)


def job(*, outside: bool = False) -> Callable[[Runner], Runner]:
    """Make a function a job. `outside`: it makes one outside call and owns its transactions."""

    def register(run: Runner) -> Runner:
        declare(name_of(run), run, outside=outside)
        return run

    return register


def every(*, seconds: int) -> Callable[[Runner], Runner]:
    """Run a job without arguments again and again; whichever worker comes first does it."""

    def register(run: Runner) -> Runner:
        declare(name_of(run), run)
        periods[name_of(run)] = timedelta(seconds=seconds)
        return run

    return register


async def enqueue(run: Runner, *, delay: timedelta | None = None, **payload: Any) -> None:
    """Write the job in the transaction at hand; it runs after the commit, or never."""
    await insert([(name_of(run), payload)], clock.now() + (delay or timedelta()))


async def insert(wanted: Sequence[tuple[str, dict[str, Any]]], run_at: datetime) -> None:
    if not wanted:
        return
    now = clock.now()
    values = ",".join(["(?,?,?,0,'',?,0,?)"] * len(wanted))
    params: list[Any] = []
    for name, payload in wanted:
        text = json.dumps(payload, ensure_ascii=False)
        params += [name, text, run_at, declared[name].outside, now]
    columns = "name,payload,run_at,attempts,owner,is_outside,is_dead,created_at"
    await execute(f"INSERT INTO core_job ({columns}) VALUES {values}", *params)  # noqa: S608
    after_commit(cache.wake)


async def take(limit: int = BATCH, *, is_outside: bool = False) -> list[Due]:
    """Lease up to `limit` due jobs. Candidates are drawn at random so that workers seldom meet."""
    now = clock.now()
    found = await rows(
        "SELECT id FROM core_job WHERE is_dead = 0 AND is_outside = ? AND run_at <= ? "
        "ORDER BY run_at LIMIT ?",
        is_outside,
        now,
        limit * 4,
    )
    if not found:
        return []
    chosen = sorted(row["id"] for row in random.sample(found, min(limit, len(found))))
    owner = secrets.token_hex(16)
    taken = await execute(
        "UPDATE core_job SET owner = ?, attempts = attempts + 1, run_at = ? "  # noqa: S608
        f"WHERE is_dead = 0 AND run_at <= ? AND id IN ({marks(chosen)})",
        owner,
        now + LEASE,
        now,
        *chosen,
    )
    if not taken:
        return []
    held = await rows(
        "SELECT id, name, payload, attempts FROM core_job "  # noqa: S608
        f"WHERE owner = ? AND id IN ({marks(chosen)}) ORDER BY id",
        owner,
        *chosen,
    )
    return [_due(row) for row in held]


def _due(row: dict[str, Any]) -> Due:
    payload = row["payload"]
    return Due(
        row["id"],
        row["name"],
        json.loads(payload) if isinstance(payload, str | bytes) else payload,
        row["attempts"],
    )


async def run_due(limit: int = BATCH) -> int:
    """Run what is due, of both kinds; say how many were taken."""
    return await run_inside(limit) + await run_outside(limit)


async def run_inside(limit: int = BATCH) -> int:
    """Run due jobs that only change the database: together, or each alone when one fails."""
    due = await take(limit)
    if due and not await _run_together(due):
        for one in due:
            await _run_alone(one)
    return len(due)


async def run_outside(limit: int = BATCH) -> int:
    """Run due jobs that call the outside world, side by side."""
    due = await take(limit, is_outside=True)
    await asyncio.gather(*(_run_alone(one) for one in due))
    return len(due)


async def _run_together(due: list[Due]) -> bool:
    """Run jobs in one transaction; False when any failed, and then none has happened."""
    try:
        async with asyncio.timeout(PATIENCE), transaction():
            for one in due:
                await declared[one.name].run(**one.payload)
            await _remove(due)
    except Exception as error:
        _log.info("batch_falls_apart", jobs=len(due), error=repr(error))
        return False
    for one in due:
        _done.labels(one.name, "done").inc()
    return True


async def _remove(due: Sequence[Due]) -> None:
    """Delete done jobs, unless another worker has taken one since: its attempt is the fence."""
    ids = [one.id for one in due]
    held = " OR ".join(["(id = ? AND attempts = ?)"] * len(due))
    params = [value for one in due for value in (one.id, one.attempts)]
    if await execute(f"DELETE FROM core_job WHERE {held}", *params) != len(ids):  # noqa: S608
        raise LostLease


async def _run_alone(one: Due) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await _run(one)
    except LostLease:
        _done.labels(one.name, "lost").inc()
    except Exception as error:
        await _fail(one, error)
    else:
        _done.labels(one.name, "done").inc()


async def _run(one: Due) -> None:
    known = declared.get(one.name)
    if known is None:
        raise LookupError(f"no job is called {one.name}")
    if known.outside:
        await known.run(**one.payload)
        await _remove([one])
        return
    async with transaction():
        await known.run(**one.payload)
        await _remove([one])


async def _fail(one: Due, error: Exception) -> None:
    is_dead = one.attempts >= MAX_ATTEMPTS
    wait = min(2**one.attempts, 3600) * random.uniform(0.8, 1.2)  # noqa: S311
    _log.warning("job_failed", job=one.name, id=one.id, attempts=one.attempts, error=repr(error))
    _done.labels(one.name, "dead" if is_dead else "failed").inc()
    await execute(
        "UPDATE core_job SET is_dead = ?, run_at = ?, error = ? WHERE id = ? AND attempts = ?",
        is_dead,
        clock.now() + timedelta(seconds=wait),
        repr(error)[:2000],
        one.id,
        one.attempts,
    )


async def start_due_schedules() -> None:
    """Enqueue every recurring job whose time has come; of several workers one does it."""
    now = clock.now()
    known = {row["name"]: moment(row["next_at"]) for row in await _schedules()}
    for name, period in periods.items():
        if name not in known:
            await _introduce(name, now)
        elif (next_at := known[name]) is not None and next_at <= now:
            await _start(name, now, period)


async def _schedules() -> list[dict[str, Any]]:
    return await rows("SELECT name, next_at FROM core_schedule")


async def _introduce(name: str, now: datetime) -> None:
    verb = "INSERT OR IGNORE" if dialect() == "sqlite" else "INSERT IGNORE"
    await execute(f"{verb} INTO core_schedule (name, next_at) VALUES (?, ?)", name, now)


async def _start(name: str, now: datetime, period: timedelta) -> None:
    async with transaction():
        sql = "UPDATE core_schedule SET next_at = ? WHERE name = ? AND next_at <= ?"
        if await execute(sql, now + period, name, now) == 1:
            await insert([(name, {})], now)


async def backlog() -> dict[str, int]:
    """How many jobs wait, how many are due since more than a minute, how many are dead."""
    late = clock.now() - timedelta(minutes=1)
    found = await rows(
        "SELECT SUM(is_dead = 0) AS waiting, SUM(is_dead = 0 AND run_at < ?) AS late, "
        "SUM(is_dead) AS dead FROM core_job",
        late,
    )
    return {name: int(value or 0) for name, value in found[0].items()}


async def dead(limit: int = 100) -> list[Job]:
    return await Job.filter(is_dead=True).order_by("id").limit(limit)


async def revive(job_ids: Sequence[int] | None = None) -> int:
    """Give dead jobs (all of them, or those named) another round of attempts."""
    chosen = Job.filter(is_dead=True)
    if job_ids is not None:
        chosen = chosen.filter(id__in=list(job_ids))
    return await chosen.update(is_dead=False, attempts=0, run_at=clock.now())
