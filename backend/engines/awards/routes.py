"""The API of awards."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.core.states import REFUSALS
from backend.engines.awards import queries, service
from backend.engines.awards.permissions import P
from backend.engines.awards.schemas import AwardOut, AwardQuery, AwardRuling, MyAward

bp = Blueprint("awards", url_prefix="/awards")


@bp.get("/mine")
@endpoint(P.SEE)
async def mine(actor: Actor, query: PageQuery) -> Page[MyAward]:
    """What I was awarded, what waits, and what was not counted."""
    return await queries.mine(actor, query)


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.OVERSEE, raises=(NotFound,))
async def listed(actor: Actor, query: AwardQuery) -> Page[AwardOut]:
    """Awards of my places."""
    return await queries.listed(actor, query)


@bp.post("/<award_id:id>/approve")
@endpoint(P.RULE, raises=REFUSALS)
async def approve(actor: Actor, award_id: int, body: AwardRuling) -> AwardOut:
    """Let a held award come."""
    return await service.approve(actor, award_id, body)


@bp.post("/<award_id:id>/reject")
@endpoint(P.RULE, raises=REFUSALS)
async def reject(actor: Actor, award_id: int, body: AwardRuling) -> AwardOut:
    """Reject a held award, with the grounds."""
    return await service.reject(actor, award_id, body)


@bp.post("/<award_id:id>/reverse")
@endpoint(P.RULE, raises=REFUSALS)
async def reverse(actor: Actor, award_id: int, body: AwardRuling) -> AwardOut:
    """Take an award back; what was spent already is owed."""
    return await service.reverse(actor, award_id, body)
