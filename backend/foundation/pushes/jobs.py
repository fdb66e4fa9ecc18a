"""Tidying up by the clock."""

from backend.core.jobs import every
from backend.foundation.pushes import service


@every(seconds=3600)
async def forget_old() -> None:
    await service.forget_old()
