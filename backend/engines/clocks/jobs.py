"""The clock's tick."""

from backend.core.jobs import enqueue, every
from backend.engines.clocks import service

PERIOD = 20


@every(seconds=PERIOD)
async def fire_due_clocks() -> None:
    """Remind and tell what is overdue; costs what is due, however many clocks run."""
    if await service.fire_due() == service.BATCH:
        await enqueue(fire_due_clocks)
