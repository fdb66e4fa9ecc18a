"""The API of calls."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.core.states import REFUSALS
from backend.engines.craftsmen.queries import P
from backend.engines.craftsmen.service import Busy
from backend.features.calls import queries, service
from backend.features.calls.schemas import CallNew, CallOut, Rate, Say
from backend.features.calls.service import NobodyFree, TooManyOpen

bp = Blueprint("calls", url_prefix="/calls")


@bp.post("", name="call")
@endpoint(P.CALL, status=201, limit="20/day", raises=(*REFUSALS, Invalid, NobodyFree, TooManyOpen))
async def call(actor: Actor, body: CallNew) -> CallOut:
    """Ask for a hand."""
    return await service.call(actor, body)


@bp.get("/mine", name="mine")
@endpoint(P.CALL)
async def mine(actor: Actor, query: PageQuery) -> Page[CallOut]:
    """List my calls."""
    return await queries.mine(actor, query)


@bp.get("/asked", name="asked")
@endpoint(P.SERVE)
async def asked(actor: Actor, query: PageQuery) -> Page[CallOut]:
    """List what I am asked for as a craftsman."""
    return await queries.asked(actor, query)


@bp.get("/<call_id:id>", name="detail")
@endpoint(P.CALL, raises=(NotFound,))
async def detail(actor: Actor, call_id: int) -> CallOut:
    """Look at a call."""
    return await queries.detail(actor, call_id)


@bp.post("/<call_id:id>/accept", name="accept")
@endpoint(P.SERVE, raises=(*REFUSALS, Busy))
async def accept(actor: Actor, call_id: int) -> CallOut:
    """Promise to come."""
    return await service.accept(actor, call_id)


@bp.post("/<call_id:id>/decline", name="decline")
@endpoint(P.SERVE, raises=REFUSALS)
async def decline(actor: Actor, call_id: int) -> CallOut:
    """Have the next one asked."""
    return await service.turn_down(actor, call_id, "decline")


@bp.post("/<call_id:id>/give-up", name="give_up")
@endpoint(P.SERVE, raises=REFUSALS)
async def give_up(actor: Actor, call_id: int) -> CallOut:
    """Take my promise back: the next one is asked."""
    return await service.turn_down(actor, call_id, "give-up")


@bp.post("/<call_id:id>/arrive", name="arrive")
@endpoint(P.SERVE, raises=REFUSALS)
async def arrive(actor: Actor, call_id: int) -> CallOut:
    """Be there."""
    return await service.arrive(actor, call_id)


@bp.post("/<call_id:id>/finish", name="finish")
@endpoint(P.SERVE, raises=REFUSALS)
async def finish(actor: Actor, call_id: int) -> CallOut:
    """Say that it is done."""
    return await service.finish(actor, call_id)


@bp.post("/<call_id:id>/cancel", name="cancel")
@endpoint(P.CALL, raises=REFUSALS)
async def cancel(actor: Actor, call_id: int, body: Say) -> CallOut:
    """Say that it is no longer needed."""
    return await service.cancel(actor, call_id, body.reason)


@bp.post("/<call_id:id>/rate", name="rate")
@endpoint(P.CALL, raises=REFUSALS)
async def rate(actor: Actor, call_id: int, body: Rate) -> CallOut:
    """Say how it was."""
    return await service.rate(actor, call_id, body)
