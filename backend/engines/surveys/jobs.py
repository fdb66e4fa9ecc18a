"""What the clock does for surveys."""

from backend.core.jobs import enqueue, every, job
from backend.engines.surveys import queries, service

AT_ONCE = 100


@every(seconds=60)
async def look_at_the_time() -> None:
    for survey_id in await queries.due(AT_ONCE):
        await enqueue(run_out, survey_id=survey_id)


@job()
async def run_out(survey_id: int) -> None:
    await service.run_out(survey_id)
