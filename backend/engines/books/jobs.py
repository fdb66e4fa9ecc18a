"""What the clock starts."""

from backend.core.jobs import enqueue, every
from backend.engines.books import service


@every(seconds=1800)
async def write_days() -> None:
    """Write down the days that are over."""
    if await service.write_due() == service.DAYS_AT_ONCE:
        await enqueue(write_days)
