"""What the clock does by itself with orders."""

from backend.core.jobs import enqueue, every
from backend.engines.handling import service


@every(seconds=600)
async def close_unrated_orders() -> None:
    """Close resolved orders that nobody rated in time."""
    if await service.close_unrated() == service.CLOSED_AT_ONCE:
        await enqueue(close_unrated_orders)
