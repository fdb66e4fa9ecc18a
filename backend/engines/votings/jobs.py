"""What the clock does for votes."""

from backend.core.jobs import enqueue, every, job
from backend.engines.votings import queries, service

AT_ONCE = 100


@every(seconds=20)
async def look_at_the_time() -> None:
    for voting_id in await queries.due(AT_ONCE):
        await enqueue(look, voting_id=voting_id)


@job()
async def look(voting_id: int) -> None:
    await service.look(voting_id)
