"""What the clock does for tasks."""

from backend.core.jobs import enqueue, every, job
from backend.features.report_ins import queries, service

AT_ONCE = 200


@every(seconds=3600)
async def look_at_the_time() -> None:
    """Each task whose time is over is a job of its own: one that fails stops no other."""
    for task_id in await queries.over(AT_ONCE):
        await enqueue(close_late, task_id=task_id)


@job()
async def close_late(task_id: int) -> None:
    await service.close_late(task_id)
