"""The API of opinions."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Forbidden, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.opinions import queries, service
from backend.engines.opinions.permissions import P
from backend.engines.opinions.schemas import HideBody, OpinionNew, OpinionOut, OpinionQuery
from backend.engines.opinions.service import OpinionsClosed

bp = Blueprint("opinions")
SPEAKING = (NotFound, Forbidden, OpinionsClosed)


@bp.get("/matters/<matter_id:id>/opinions", name="list")
@endpoint(P.SPEAK, raises=(NotFound,))
async def listed(actor: Actor, matter_id: int, query: OpinionQuery) -> Page[OpinionOut]:
    """List what neighbours say to a matter."""
    return await queries.listed(actor, matter_id, query)


@bp.post("/matters/<matter_id:id>/opinions", name="write")
@endpoint(P.SPEAK, status=201, limit="30/hour", raises=SPEAKING)
async def write(actor: Actor, matter_id: int, body: OpinionNew) -> OpinionOut:
    """Say something to a matter."""
    return await service.write(actor, matter_id, body)


@bp.post("/opinions/<opinion_id:id>/like", name="like")
@endpoint(P.SPEAK, limit="240/hour", raises=SPEAKING)
async def like(actor: Actor, opinion_id: int) -> OpinionOut:
    """Like an opinion."""
    return await service.like(actor, opinion_id)


@bp.delete("/opinions/<opinion_id:id>/like", name="unlike")
@endpoint(P.SPEAK, limit="240/hour", raises=(NotFound, OpinionsClosed))
async def unlike(actor: Actor, opinion_id: int) -> OpinionOut:
    """Take a like back."""
    return await service.unlike(actor, opinion_id)


@bp.post("/opinions/<opinion_id:id>/hide", name="hide")
@endpoint(P.HIDE, raises=(NotFound,))
async def hide(actor: Actor, opinion_id: int, body: HideBody) -> OpinionOut:
    """Take an opinion from sight, with a reason."""
    return await service.hide(actor, opinion_id, body.reason)
