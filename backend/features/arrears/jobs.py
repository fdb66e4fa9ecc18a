"""What the clock starts."""

from backend.core import clock
from backend.core.jobs import every
from backend.features.arrears import rules, service


@every(seconds=6 * 3600)
async def remind() -> None:
    """Several times a day, so that one of them is by day; a dwelling is told at most so often."""
    if not rules.wait(clock.now()):
        await service.remind_by_itself()
