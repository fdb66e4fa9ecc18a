"""What the clock does with payments."""

from backend.core.jobs import every
from backend.engines.payments import service


@every(seconds=10)
async def close_expired() -> None:
    await service.close_expired()
