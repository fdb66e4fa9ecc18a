"""The sealing of entries, a breath after they were written."""

from backend.core import jobs
from backend.core.jobs import every
from backend.foundation.audit import service


@every(seconds=2)
async def seal() -> None:
    if await service.seal() == service.BATCH:
        await jobs.enqueue(seal)
