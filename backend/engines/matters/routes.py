"""The API of matters."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.matters import queries, service
from backend.engines.matters.permissions import P
from backend.engines.matters.schemas import (
    CollectBody,
    DecideBody,
    ExecuteBody,
    MatterCard,
    MatterEdit,
    MatterNew,
    MatterOut,
    MatterQuery,
    MoveBody,
    StepBody,
    SummarizeBody,
    WithdrawBody,
)

bp = Blueprint("matters", url_prefix="/matters")


@bp.get("", name="list")
@endpoint(P.SEE, raises=(NotFound,))
async def listed(actor: Actor, query: MatterQuery) -> Page[MatterCard]:
    """List the matters of my home, or those that I keep."""
    return await queries.listed(actor, query)


@bp.post("", name="create")
@endpoint(P.KEEP, status=201, raises=(NotFound,))
async def create(actor: Actor, body: MatterNew) -> MatterOut:
    """Draft a matter, also out of several demands."""
    return await queries.shown(actor, await service.create(actor, body))


@bp.get("/<matter_id:id>", name="one")
@endpoint(P.SEE, raises=(NotFound,))
async def one(actor: Actor, matter_id: int) -> MatterOut:
    """One matter."""
    return await queries.shown(actor, await queries.get(actor, matter_id))


@bp.put("/<matter_id:id>", name="edit")
@endpoint(P.KEEP, raises=REFUSALS)
async def edit(actor: Actor, matter_id: int, body: MatterEdit) -> MatterOut:
    """Write a draft anew."""
    return await queries.shown(actor, await service.edit(actor, matter_id, body))


@bp.post("/<matter_id:id>/publish", name="publish")
@endpoint(P.KEEP, raises=REFUSALS)
async def publish(actor: Actor, matter_id: int, body: MoveBody) -> MatterOut:
    """Ask the neighbours for their opinions."""
    return await queries.shown(actor, await service.publish(actor, matter_id, body.version))


@bp.post("/<matter_id:id>/summarize", name="summarize")
@endpoint(P.KEEP, raises=REFUSALS)
async def summarize(actor: Actor, matter_id: int, body: SummarizeBody) -> MatterOut:
    """Say what opinions came to, and what can be chosen from."""
    return await queries.shown(actor, await service.summarize(actor, matter_id, body))


@bp.post("/<matter_id:id>/collect", name="collect")
@endpoint(P.KEEP, raises=REFUSALS)
async def collect(actor: Actor, matter_id: int, body: CollectBody) -> MatterOut:
    """Ask for opinions once more."""
    found = await service.collect(actor, matter_id, body.opinions_until, body.version)
    return await queries.shown(actor, found)


@bp.post("/<matter_id:id>/decide", name="decide")
@endpoint(P.KEEP, raises=REFUSALS)
async def decide(actor: Actor, matter_id: int, body: DecideBody) -> MatterOut:
    """Decide without a vote."""
    found = await service.decide(actor, matter_id, body.decision, body.version)
    return await queries.shown(actor, found)


@bp.post("/<matter_id:id>/execute", name="execute")
@endpoint(P.KEEP, raises=REFUSALS)
async def execute(actor: Actor, matter_id: int, body: ExecuteBody) -> MatterOut:
    """Begin to execute, by milestones."""
    return await queries.shown(actor, await service.execute(actor, matter_id, body))


@bp.post("/<matter_id:id>/milestones/<milestone_id:id>/done", name="reach")
@endpoint(P.KEEP, raises=REFUSALS)
async def reach(actor: Actor, matter_id: int, milestone_id: int, body: StepBody) -> MatterOut:
    """Say that a milestone is reached, with proof."""
    return await queries.shown(actor, await service.reach(actor, matter_id, milestone_id, body))


@bp.post("/<matter_id:id>/finish", name="finish")
@endpoint(P.KEEP, raises=REFUSALS)
async def finish(actor: Actor, matter_id: int, body: MoveBody) -> MatterOut:
    """Say that all is done."""
    return await queries.shown(actor, await service.finish(actor, matter_id, body.version))


@bp.post("/<matter_id:id>/follow-up", name="follow_up")
@endpoint(P.KEEP, raises=REFUSALS)
async def follow_up(actor: Actor, matter_id: int, body: StepBody) -> MatterOut:
    """Say how it does some time later."""
    return await queries.shown(actor, await service.follow_up(actor, matter_id, body))


@bp.post("/<matter_id:id>/withdraw", name="withdraw")
@endpoint(P.KEEP, raises=REFUSALS)
async def withdraw(actor: Actor, matter_id: int, body: WithdrawBody) -> MatterOut:
    """Give a matter up."""
    found = await service.withdraw(actor, matter_id, body.reason, body.version)
    return await queries.shown(actor, found)
