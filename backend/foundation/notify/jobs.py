"""Tidying up by the clock."""

from backend.core.jobs import every
from backend.foundation.notify import service


@every(seconds=3600)
async def forget_old_pushes() -> None:
    await service.forget_old_pushes()
