"""Looking at what was written."""

from backend.core.database import transaction
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.features.ratings import queries, service
from backend.features.ratings.events import RatingWritten
from backend.foundation.moderations import service as moderations


@on(RatingWritten)
async def look(event: RatingWritten) -> None:
    await enqueue(check_text, **vars(event))


@job(outside=True)
async def check_text(purchase_id: int, writer_id: int, is_answer: bool) -> None:  # noqa: FBT001
    """Have WeChat judge a text; a risky one is hidden. What WeChat will not judge stays."""
    wanted = await queries.to_judge(purchase_id, writer_id, is_answer=is_answer)
    if wanted is None:
        return
    about = {"purchase_id": purchase_id}
    if await moderations.is_risky(wanted.text, wanted.openid, **about):
        async with transaction():
            await service.hide(purchase_id, is_answer=is_answer)
