"""The API of waivers."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.features.waivers import queries, service
from backend.features.waivers.permissions import P
from backend.features.waivers.schemas import RulingBody, WaiverNew, WaiverOut, WaiverQuery

bp = Blueprint("waivers", url_prefix="/waivers")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ)
async def listed(actor: Actor, query: WaiverQuery) -> Page[WaiverOut]:
    """List the waivers of my firm."""
    return await queries.listed(actor, query)


@bp.post("/", name="ask", strict_slashes=False)
@endpoint(P.ASK, status=201, raises=(NotFound, Conflict))
async def ask(actor: Actor, body: WaiverNew) -> WaiverOut:
    """Ask for less of a bill, or for a standing discount."""
    return await service.ask(actor, body)


@bp.post("/<waiver_id:id>/approve", name="approve")
@endpoint(P.RULE, raises=(Conflict,))
async def approve(actor: Actor, waiver_id: int, body: RulingBody) -> WaiverOut:
    """Agree to a waiver that somebody else asked for."""
    return await service.approve(actor, waiver_id, body)


@bp.post("/<waiver_id:id>/refuse", name="refuse")
@endpoint(P.RULE, raises=(Conflict,))
async def refuse(actor: Actor, waiver_id: int, body: RulingBody) -> WaiverOut:
    """Refuse a waiver, with the reason."""
    return await service.refuse(actor, waiver_id, body)


@bp.post("/<waiver_id:id>/withdraw", name="withdraw")
@endpoint(P.WITHDRAW, raises=(Conflict,))
async def withdraw(actor: Actor, waiver_id: int, body: RulingBody) -> WaiverOut:
    """Take back what I asked for."""
    return await service.withdraw(actor, waiver_id, body)
