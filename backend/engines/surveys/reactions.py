"""What follows from surveys, from people leaving and from areas moving."""

from backend.core.database import move_paths
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.surveys import messages, queries, service
from backend.engines.surveys.events import SurveyOpened
from backend.engines.surveys.models import Reach
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify

AT_ONCE = 100


@on(SurveyOpened)
async def tell_residents(event: SurveyOpened) -> None:
    await enqueue(tell, survey_id=event.survey_id, after=0)


@job()
async def tell(survey_id: int, after: int) -> None:
    """So many residents at a time; the next ones are a job of their own."""
    survey = await queries.current(survey_id)
    if survey.reach is not Reach.RESIDENTS or not queries.is_running(survey):
        return
    waiting = [one for one in await queries.reached_by(survey) if one > after]
    for user_id in waiting[:AT_ONCE]:
        link = messages.PAGE.format(survey.id)
        await notify.send(messages.OPENED, to=user_id, link=link, title=survey.title)
    if len(waiting) > AT_ONCE:
        await enqueue(tell, survey_id=survey_id, after=waiting[AT_ONCE - 1])


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await move_paths("surveys_survey", event.from_path, event.to_path)
