"""How many effects a second the outbox makes: one row under a unique key per event."""

import asyncio
import subprocess
import sys
import time

from backend.app import close_everything, load_settings, open_everything
from backend.core import clock, database, jobs
from backend.core.jobs import job
from backend.settings import Settings

EFFECTS = 20_000
PROCESSES = 4
_EFFECT = "INSERT INTO core_schedule (name, next_at) VALUES (?, ?)"


@job()
async def tell(n: int) -> None:
    await database.execute(_EFFECT, f"bench-{n}", clock.now())


async def work() -> None:
    """One worker process: until the outbox is empty."""
    await open_everything(load_settings())
    try:
        while (await jobs.backlog())["waiting"]:
            while await jobs.run_inside():
                pass
            await asyncio.sleep(0.01)
    finally:
        await close_everything()


async def _fill(settings: Settings) -> None:
    await open_everything(settings)
    try:
        await database.execute("DELETE FROM core_job")
        await database.execute("DELETE FROM core_schedule WHERE name LIKE 'bench-%'")
        for start in range(0, EFFECTS, 1000):
            wanted = [(jobs.name_of(tell), {"n": n}) for n in range(start, start + 1000)]
            await jobs.insert(wanted, clock.now())
    finally:
        await close_everything()


async def _made(settings: Settings) -> tuple[int, int]:
    await open_everything(settings)
    try:
        found = await database.rows(
            "SELECT COUNT(*) AS n FROM core_schedule WHERE name LIKE 'bench-%'"
        )
        return int(found[0]["n"]), (await jobs.backlog())["dead"]
    finally:
        await close_everything()


def measure(settings: Settings, environ: dict[str, str]) -> tuple[float, int]:
    """Effects a second, and how many effects there are (each event has exactly one)."""
    asyncio.run(_fill(settings))
    # Imported by its name, not run as a script: a job is called after its module.
    work_off = "import asyncio; from scripts.benchmarks import outbox; asyncio.run(outbox.work())"
    command = [sys.executable, "-c", work_off]
    started = time.perf_counter()
    workers = [subprocess.Popen(command, env=environ) for _ in range(PROCESSES)]
    for worker in workers:
        worker.wait()
    seconds = time.perf_counter() - started
    made, _ = asyncio.run(_made(settings))
    return EFFECTS / seconds, made
