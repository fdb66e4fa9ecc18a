"""What the clock starts: checkpoints follow the entries."""

from backend.core.jobs import enqueue, every
from backend.engines.ledgers import service


@every(seconds=60)
async def add_up() -> None:
    """One round; while there is more, the next one follows at once."""
    if await service.add_up():
        await enqueue(add_up)
