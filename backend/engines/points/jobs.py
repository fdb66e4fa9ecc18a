"""What the clock starts."""

from backend.core.jobs import enqueue, every, job
from backend.engines.points import queries, service

AT_ONCE = 500


@every(seconds=1800)
async def end_points() -> None:
    """Each account whose points have ended is a job of its own."""
    found = await queries.due_accounts(AT_ONCE)
    for account in found:
        await enqueue(end_account, account=account)


@job()
async def end_account(account: str) -> None:
    await service.end_due(account)


@every(seconds=6 * 3600)
async def warn() -> None:
    """Tell people of what ends soon, once."""
    await service.warn(AT_ONCE)


@every(seconds=3600)
async def prove() -> None:
    """Look at the books, once a day."""
    await service.prove()
