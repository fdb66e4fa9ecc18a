"""What the clock starts."""

from backend.core.jobs import every
from backend.engines.craftsmen import service


@every(seconds=24 * 3600)
async def remind_of_papers() -> None:
    await service.remind_of_papers()
