"""What the clock starts."""

from backend.core.jobs import every
from backend.engines.passes import service


@every(seconds=600)
async def expire() -> None:
    await service.expire()


@every(seconds=24 * 3600)
async def forget_visits() -> None:
    await service.forget_visits()


@every(seconds=3600)
async def remind() -> None:
    await service.remind()
