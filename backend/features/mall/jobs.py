"""What the clock does for redemptions."""

from backend.core.jobs import enqueue, every, job
from backend.features.mall import queries, service

AT_ONCE = 200


@every(seconds=60)
async def look_at_the_time() -> None:
    """Each redemption whose time has run out is a job of its own: one that fails stops no other."""
    for redemption_id in await queries.due(AT_ONCE):
        await enqueue(run_out, redemption_id=redemption_id)


@job()
async def run_out(redemption_id: int) -> None:
    await service.run_out(redemption_id)


@every(seconds=3600)
async def warn() -> None:
    """Tell people that their time runs out soon."""
    await service.warn(AT_ONCE)
