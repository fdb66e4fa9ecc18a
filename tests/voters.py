"""What the neighbour was asked and decided, for tests of who may see and touch what: see
tests.neighbours."""

from typing import Any

from backend.core.actor import SYSTEM, Actor
from backend.engines.surveys import service as surveys
from backend.engines.surveys.schemas import AnswerBody, SurveyNew

SAYS = "秘密社区里的话"
VOTERS = (
    ("surveys_survey", "id", "survey_id"),
    ("surveys_mark", "survey_id", "survey_id"),
    ("surveys_answer", "survey_id", "survey_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""


async def ask_neighbours(home: Any) -> None:
    """A survey of the compound that the neighbour has answered."""
    question = {"key": "q1", "kind": "text", "title": "想说什么？"}
    body = SurveyNew.model_validate(
        {"area_id": home.ids["compound_id"], "title": SAYS, "questions": [question]}
    )
    survey = await surveys.create(SYSTEM, body)
    await surveys.publish(SYSTEM, survey.id)
    sheet = AnswerBody(answers={"q1": SAYS})
    await surveys.answer(Actor(home.ids["user_id"]), survey.id, sheet)
    home.ids |= {"survey_id": survey.id}
