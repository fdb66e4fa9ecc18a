"""The API of reporting in."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.core.states import REFUSALS
from backend.features.report_ins import queries, service
from backend.features.report_ins.permissions import P
from backend.features.report_ins.schemas import (
    ClaimOut,
    ClaimsQuery,
    DoneBody,
    ReasonBody,
    ReportNew,
    ReportOut,
    ReportsQuery,
    TaskNew,
    TaskOut,
    TasksQuery,
)
from backend.features.report_ins.service import (
    NotReported,
    NotYourHome,
    NoUnit,
    ReportedAlready,
    TaskFull,
)

bp = Blueprint("report_ins", url_prefix="/report-ins")


@bp.get("", name="list")
@endpoint(P.RUN, raises=(NotFound,))
async def listed(actor: Actor, query: ReportsQuery) -> Page[ReportOut]:
    """List who has reported to your places."""
    return await queries.listed(actor, query)


@bp.post("", name="report")
@endpoint(
    P.JOIN, status=201, limit="10/hour", raises=(NotFound, NotYourHome, NoUnit, ReportedAlready)
)
async def report(actor: Actor, body: ReportNew) -> ReportOut:
    """Report to a community."""
    return await service.report(actor, body)


@bp.get("/mine", name="mine")
@endpoint(P.JOIN)
async def mine(actor: Actor) -> Page[ReportOut]:
    """List where you have reported."""
    return await queries.mine(actor)


@bp.post("/<report_id:id>/confirm", name="confirm_report")
@endpoint(P.RUN, raises=REFUSALS)
async def confirm_report(actor: Actor, report_id: int) -> ReportOut:
    """Confirm that somebody has reported."""
    return await service.decide(actor, report_id, "confirm")


@bp.post("/<report_id:id>/refuse", name="refuse_report")
@endpoint(P.RUN, raises=REFUSALS)
async def refuse_report(actor: Actor, report_id: int, body: ReasonBody) -> ReportOut:
    """Refuse somebody's report, with a reason."""
    return await service.decide(actor, report_id, "refuse", body.reason)


@bp.post("/<report_id:id>/end", name="end")
@endpoint(P.JOIN, raises=REFUSALS)
async def end(actor: Actor, report_id: int) -> ReportOut:
    """Leave the community you have reported to."""
    return await service.end(actor, report_id)


@bp.get("/tasks", name="tasks")
@endpoint(P.JOIN, raises=(NotFound,))
async def tasks(actor: Actor, query: TasksQuery) -> Page[TaskOut]:
    """List tasks of your communities."""
    return await queries.tasks(actor, query)


@bp.post("/tasks", name="open_task")
@endpoint(P.RUN, status=201, raises=(NotFound, Invalid))
async def open_task(actor: Actor, body: TaskNew) -> TaskOut:
    """Ask something of those who have reported in."""
    return await service.open_task(actor, body)


@bp.post("/tasks/<task_id:id>/close", name="close")
@endpoint(P.RUN, raises=REFUSALS)
async def close(actor: Actor, task_id: int) -> TaskOut:
    """Let nobody take a task any more."""
    return await service.close(actor, task_id)


@bp.post("/tasks/<task_id:id>/take", name="take")
@endpoint(P.JOIN, status=201, limit="60/hour", raises=(NotReported, TaskFull, Conflict))
async def take(actor: Actor, task_id: int) -> ClaimOut:
    """Take a task."""
    return await service.take(actor, task_id)


@bp.get("/tasks/<task_id:id>/claims", name="claims")
@endpoint(P.RUN)
async def claims(actor: Actor, task_id: int, query: ClaimsQuery) -> Page[ClaimOut]:
    """List who took a task."""
    return await queries.claims(actor, task_id, query)


@bp.get("/claims", name="my_claims")
@endpoint(P.JOIN)
async def my_claims(actor: Actor, query: PageQuery) -> Page[ClaimOut]:
    """List what you have taken."""
    return await queries.my_claims(actor, query)


@bp.post("/claims/<claim_id:id>/done", name="say_done")
@endpoint(P.JOIN, raises=REFUSALS)
async def say_done(actor: Actor, claim_id: int, body: DoneBody) -> ClaimOut:
    """Say that it is done, with what shows it."""
    return await service.say_done(actor, claim_id, body)


@bp.post("/claims/<claim_id:id>/give-up", name="give_up")
@endpoint(P.JOIN, raises=REFUSALS)
async def give_up(actor: Actor, claim_id: int) -> ClaimOut:
    """Give a task up."""
    return await service.give_up(actor, claim_id)


@bp.post("/claims/<claim_id:id>/confirm", name="confirm")
@endpoint(P.RUN, raises=REFUSALS)
async def confirm(actor: Actor, claim_id: int) -> ClaimOut:
    """Confirm that it was done."""
    return await service.confirm(actor, claim_id)


@bp.post("/claims/<claim_id:id>/return", name="give_back")
@endpoint(P.RUN, raises=REFUSALS)
async def give_back(actor: Actor, claim_id: int, body: ReasonBody) -> ClaimOut:
    """Send it back for more, with a reason."""
    return await service.give_back(actor, claim_id, body.reason)
