"""The API of surveys."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.http import Download, endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.surveys import queries, service
from backend.engines.surveys.permissions import P
from backend.engines.surveys.schemas import (
    AnswerBody,
    MoveBody,
    Results,
    ScanQuery,
    SurveyCard,
    SurveyEdit,
    SurveyNew,
    SurveyOut,
    SurveyQuery,
)
from backend.engines.surveys.service import AlreadyAnswered, SurveyOver

bp = Blueprint("surveys", url_prefix="/surveys")


@bp.get("", name="list")
@endpoint(P.ANSWER, raises=(NotFound,))
async def listed(actor: Actor, query: SurveyQuery) -> Page[SurveyCard]:
    """List the surveys that reach me, or those that I keep."""
    return await queries.listed(actor, query)


@bp.post("", name="create")
@endpoint(P.MANAGE, status=201, raises=(NotFound,))
async def create(actor: Actor, body: SurveyNew) -> SurveyOut:
    """Draft a survey."""
    return await queries.shown(actor, await service.create(actor, body))


@bp.get("/scan", name="scan")
@endpoint(P.ANSWER, raises=(NotFound,))
async def scan(actor: Actor, query: ScanQuery) -> SurveyOut:
    """Read the survey that a printed code is of."""
    return await service.scanned(actor, query.scene)


@bp.get("/<survey_id:id>", name="one")
@endpoint(P.ANSWER, raises=(NotFound,))
async def one(actor: Actor, survey_id: int) -> SurveyOut:
    """One survey with its questions."""
    return await queries.shown(actor, await queries.get(actor, survey_id))


@bp.put("/<survey_id:id>", name="edit")
@endpoint(P.MANAGE, raises=REFUSALS)
async def edit(actor: Actor, survey_id: int, body: SurveyEdit) -> SurveyOut:
    """Write a draft anew."""
    return await service.edit(actor, survey_id, body)


@bp.post("/<survey_id:id>/open", name="open")
@endpoint(P.MANAGE, raises=REFUSALS)
async def publish(actor: Actor, survey_id: int, body: MoveBody) -> SurveyOut:
    """Let a survey be answered."""
    return await service.publish(actor, survey_id, body.version)


@bp.post("/<survey_id:id>/close", name="close")
@endpoint(P.MANAGE, raises=REFUSALS)
async def close(actor: Actor, survey_id: int, body: MoveBody) -> SurveyOut:
    """Take no more answers."""
    return await service.close(actor, survey_id, body.version)


@bp.post("/<survey_id:id>/drop", name="drop")
@endpoint(P.MANAGE, raises=REFUSALS)
async def drop(actor: Actor, survey_id: int, body: MoveBody) -> SurveyOut:
    """Give a draft up."""
    return await service.drop(actor, survey_id, body.version)


@bp.post("/<survey_id:id>/answers", name="answer")
@endpoint(
    P.ANSWER,
    status=201,
    limit="60/hour",
    transaction=False,
    raises=(NotFound, Forbidden, AlreadyAnswered, SurveyOver),
)
async def answer(actor: Actor, survey_id: int, body: AnswerBody) -> SurveyOut:
    """Answer a survey, once."""
    return await service.answer(actor, survey_id, body)


@bp.get("/<survey_id:id>/results", name="results")
@endpoint(P.ANSWER, raises=(NotFound, Forbidden))
async def results(actor: Actor, survey_id: int) -> Results:
    """What the answers add up to now."""
    return await queries.results(actor, survey_id)


@bp.get("/<survey_id:id>/export", name="export")
@endpoint(P.MANAGE, limit="30/hour", raises=(NotFound, Conflict))
async def export(actor: Actor, survey_id: int) -> Download:
    """Take the answers out as .xlsx."""
    return await service.export(actor, survey_id)


@bp.get("/<survey_id:id>/poster", name="poster")
@endpoint(P.MANAGE, raises=(NotFound,))
async def poster(actor: Actor, survey_id: int) -> Download:
    """Print the poster with the survey's code."""
    return await service.poster(actor, survey_id)
