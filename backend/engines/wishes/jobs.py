"""What the clock starts."""

from backend.core.jobs import every
from backend.engines.wishes import service


@every(seconds=24 * 3600)
async def forget_old() -> None:
    await service.forget_old()
