"""What the neighbour was asked and decided, for tests of who may see and touch what: see
tests.neighbours."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Role
from backend.core.actor import Post as ActorPost
from backend.engines.ballots import service as ballots
from backend.engines.ballots.models import Proxy
from backend.engines.ballots.rules import new_code
from backend.engines.ballots.schemas import BallotBody, CastBody
from backend.engines.electorates.queries import owners_of
from backend.engines.matters import service as matters
from backend.engines.matters.models import Milestone
from backend.engines.matters.schemas import MatterNew, SummarizeBody
from backend.engines.opinions import service as opinions
from backend.engines.opinions.schemas import OpinionNew
from backend.engines.papers.models import PaperBallot
from backend.engines.surveys import service as surveys
from backend.engines.surveys.schemas import AnswerBody, SurveyNew
from backend.engines.votings import service as votings
from backend.engines.votings.models import Voting
from backend.features.deliberation import service as deliberation
from backend.features.deliberation.schemas import PrepareBody
from backend.foundation.areas.models import Dwelling

SAYS = "秘密社区里的话"
VOTERS = (
    ("surveys_survey", "id", "survey_id"),
    ("surveys_mark", "survey_id", "survey_id"),
    ("surveys_answer", "survey_id", "survey_id"),
    ("matters_matter", "id", "matter_id"),
    ("matters_milestone", "id", "milestone_id"),
    ("opinions_opinion", "id", "opinion_id"),
    ("opinions_like", "opinion_id", "opinion_id"),
    ("votings_voting", "id", "voting_id"),
    ("votings_mark", "voting_id", "voting_id"),
    ("votings_slip", "voting_id", "voting_id"),
    ("electorates_elector", "dwelling_id", "dwelling_id"),
    ("ballots_naming", "voting_id", "voting_id"),
    ("ballots_proxy", "id", "proxy_id"),
    ("papers_ballot", "id", "paper_id"),
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
    await _decide(home)


async def _decide(home: Any) -> None:
    """A matter that the neighbour spoke to, and a vote that is open on it."""
    now, compound = clock.now(), home.ids["compound_id"]
    neighbour, until = Actor(home.ids["user_id"]), now + timedelta(days=1)
    asked = {"area_id": compound, "title": SAYS, "text": SAYS * 2, "opinions_until": until}
    asked |= {"sections": [{"key": "place", "title": "地点"}]}
    matter = await matters.create(SYSTEM, MatterNew.model_validate(asked))
    await matters.publish(SYSTEM, matter.id, None)
    said = OpinionNew(section="place", text=SAYS)
    opinion = await opinions.write(neighbour, matter.id, said)
    came_to = {"summaries": [{"key": "place", "summary": "东门"}]}
    came_to |= {"options": [{"key": "agree", "text": "同意"}]}
    await matters.summarize(SYSTEM, matter.id, SummarizeBody.model_validate(came_to))
    milestone = await Milestone.create(matter_id=matter.id, title=SAYS)
    home.ids |= {"matter_id": matter.id, "opinion_id": opinion.id, "milestone_id": milestone.id}
    await _vote(home)


async def _vote(home: Any) -> None:
    await Dwelling.filter(id=home.ids["dwelling_id"]).update(square=8950)
    now = clock.now()
    plan = {"kind": "other", "starts_at": now, "ends_at": now + timedelta(days=1)}
    plan |= {"is_secret": False}
    voting = await deliberation.prepare(
        SYSTEM, home.ids["matter_id"], PrepareBody.model_validate(plan)
    )
    await votings.freeze(SYSTEM, voting.id)
    await votings.start(SYSTEM, voting.id)
    roll = (await Voting.get(id=voting.id)).electorate_id or 0
    owner = (await owners_of(roll, home.ids["dwelling_id"]))[0]
    worker = Actor(9, (ActorPost(1, Role.SOCIAL_WORKER, 1, home.area_path),))
    paper = await PaperBallot.create(
        voting_id=voting.id,
        dwelling_id=home.ids["dwelling_id"],
        area_path=home.area_path,
        received_at=now,
        entered_at=now,
        first_by=worker.user_id,
        note=SAYS,
    )
    proxy = await Proxy.create(
        voting_id=voting.id,
        dwelling_id=home.ids["dwelling_id"],
        owner_id=owner,
        seal="seal",
        file_id=home.ids["file_id"],
        recorded_by=worker.user_id,
        recorded_at=now,
    )
    ballot = BallotBody(dwelling_id=home.ids["dwelling_id"], code=new_code(26))
    await ballots.cast(
        Actor(home.ids["user_id"]), voting.id, CastBody(choice="agree", ballots=[ballot])
    )
    home.ids |= {"voting_id": voting.id, "paper_id": paper.id, "proxy_id": proxy.id}
