"""What the clock does for days of small repairs."""

from datetime import timedelta

from backend.core import clock
from backend.core.jobs import enqueue, every, job
from backend.features.mending_days import queries, rules, service

AT_ONCE = 200


@every(seconds=300)
async def look_at_the_time() -> None:
    """Each day is a job of its own: one that fails stops no other."""
    now = clock.now()
    for day_id in await queries.ending(now, AT_ONCE):
        await enqueue(end, day_id=day_id)
    if clock.local(now).hour >= rules.REMINDED_FROM:
        tomorrow = clock.bounds(clock.today() + timedelta(days=1))
        for day_id in await queries.to_remind(*tomorrow):
            await enqueue(remind, day_id=day_id)


@job()
async def end(day_id: int) -> None:
    await service.end(day_id)


@job()
async def remind(day_id: int) -> None:
    await service.remind(day_id)
