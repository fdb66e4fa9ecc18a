"""What the clock starts."""

from backend.core.jobs import every
from backend.engines.gates import service


@every(seconds=60)
async def watch() -> None:
    await service.watch()


@every(seconds=600)
async def forget_old() -> None:
    await service.forget_old()
