"""What the clock does for slots."""

from backend.core.jobs import enqueue, every, job
from backend.engines.bookings import queries, service

AT_ONCE = 200


@every(seconds=60)
async def look_at_the_time() -> None:
    """Each slot that is behind is a job of its own: one that fails stops no other."""
    for slot_id in await queries.over(AT_ONCE):
        await enqueue(wind_up, slot_id=slot_id)


@job()
async def wind_up(slot_id: int) -> None:
    await service.wind_up(slot_id)
