"""What the clock does with payments that were begun at WeChat."""

from backend.core.jobs import every
from backend.engines.checkouts import service


@every(seconds=3)
async def ask_due() -> None:
    await service.ask_due()
