"""What the clock does for identity."""

from backend.core.jobs import every
from backend.foundation.identity import service


@every(seconds=3600)
async def remove_old_sessions() -> None:
    await service.remove_old_sessions()
