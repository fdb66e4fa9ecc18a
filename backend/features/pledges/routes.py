"""The API of pledges."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.features.pledges import queries, service
from backend.features.pledges.permissions import P
from backend.features.pledges.schemas import (
    DoneBody,
    PledgeCard,
    PledgeNew,
    PledgeOut,
    PledgesQuery,
    ReasonBody,
    VoiceBody,
    WallOut,
    WallQuery,
)
from backend.features.pledges.service import NotAResident, NoUnit, SpokenAlready

bp = Blueprint("pledges", url_prefix="/pledges")


@bp.get("", name="list")
@endpoint(P.PLEDGE, raises=(NotFound,))
async def listed(actor: Actor, query: PledgesQuery) -> Page[PledgeCard]:
    """List pledges."""
    return await queries.listed(actor, query)


@bp.post("", name="promise")
@endpoint(P.PLEDGE, status=201, limit="20/hour", raises=(NotFound, Invalid, NotAResident, NoUnit))
async def promise(actor: Actor, body: PledgeNew) -> PledgeOut:
    """Promise a community something."""
    return await service.promise(actor, body)


@bp.get("/wall", name="wall")
@endpoint(P.PLEDGE, raises=(NotFound,))
async def wall(query: WallQuery) -> WallOut:
    """Count what was promised and kept."""
    return await queries.wall(query.area_id)


@bp.get("/<pledge_id:id>", name="one")
@endpoint(P.PLEDGE)
async def one(actor: Actor, pledge_id: int) -> PledgeOut:
    """Look at a pledge."""
    return await queries.one(actor, pledge_id)


@bp.post("/<pledge_id:id>/publish", name="publish")
@endpoint(P.RUN, raises=REFUSALS)
async def publish(actor: Actor, pledge_id: int) -> PledgeOut:
    """Publish a pledge at your places."""
    return await service.decide(actor, pledge_id, "publish")


@bp.post("/<pledge_id:id>/refuse", name="refuse")
@endpoint(P.RUN, raises=REFUSALS)
async def refuse(actor: Actor, pledge_id: int, body: ReasonBody) -> PledgeOut:
    """Refuse a pledge, with a reason."""
    return await service.decide(actor, pledge_id, "refuse", body.reason)


@bp.post("/<pledge_id:id>/withdraw", name="withdraw")
@endpoint(P.PLEDGE, raises=REFUSALS)
async def withdraw(actor: Actor, pledge_id: int) -> PledgeOut:
    """Take your word back."""
    return await service.withdraw(actor, pledge_id)


@bp.post("/steps/<step_id:id>/done", name="say_done")
@endpoint(P.PLEDGE, raises=REFUSALS)
async def say_done(actor: Actor, step_id: int, body: DoneBody) -> PledgeOut:
    """Say that a step is done, with what shows it."""
    return await service.say_done(actor, step_id, body)


@bp.post("/steps/<step_id:id>/return", name="give_back")
@endpoint(P.RUN, raises=REFUSALS)
async def give_back(actor: Actor, step_id: int, body: ReasonBody) -> PledgeOut:
    """Send a step back, with a reason."""
    return await service.give_back(actor, step_id, body.reason)


@bp.post("/steps/<step_id:id>/speak", name="speak")
@endpoint(P.PLEDGE, limit="60/hour", raises=(*REFUSALS, NotAResident, SpokenAlready))
async def speak(actor: Actor, step_id: int, body: VoiceBody) -> PledgeOut:
    """Say, as a resident, whether a step was done."""
    return await service.speak(actor, step_id, body)
