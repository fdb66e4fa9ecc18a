"""What the clock does for purchases."""

from backend.core.jobs import enqueue, every, job
from backend.engines.purchases import queries, service

AT_ONCE = 200


@every(seconds=20)
async def look_at_the_time() -> None:
    """Each purchase whose time has come is a job of its own: one that fails stops no other."""
    for purchase_id in await queries.due(AT_ONCE):
        await enqueue(run_out, purchase_id=purchase_id)


@job()
async def run_out(purchase_id: int) -> None:
    await service.run_out(purchase_id)
