"""What follows from surveys, from people leaving and from areas moving."""

from backend.core.database import move_paths
from backend.core.events import on
from backend.engines.surveys import messages, queries, service
from backend.engines.surveys.events import SurveyOpened
from backend.engines.surveys.models import Reach
from backend.foundation.announcements import service as announcements
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased


@on(SurveyOpened)
async def tell_residents(event: SurveyOpened) -> None:
    survey = await queries.current(event.survey_id)
    if survey.reach is Reach.RESIDENTS:
        link = messages.PAGE.format(survey.id)
        await announcements.spread(messages.OPENED, survey.area_path, link, title=survey.title)


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await move_paths("surveys_survey", event.from_path, event.to_path)
