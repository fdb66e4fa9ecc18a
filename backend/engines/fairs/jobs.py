"""What the clock does for fairs."""

from backend.core.jobs import enqueue, every, job
from backend.engines.fairs import queries, service


@every(seconds=60)
async def look_at_the_time() -> None:
    for one in await queries.behind():
        await enqueue(look, fair_id=one.id)


@job()
async def look(fair_id: int) -> None:
    await service.look_at(fair_id)
