"""What the clock starts."""

from backend.core.jobs import every
from backend.engines.vehicles import service


@every(seconds=24 * 3600)
async def forget_ended() -> None:
    await service.forget_ended()
