"""What the clock starts."""

from backend.core.jobs import every
from backend.foundation.residents import service


@every(seconds=24 * 3600)
async def forget_strangers() -> None:
    await service.forget_strangers()
