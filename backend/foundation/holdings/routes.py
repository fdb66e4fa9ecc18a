"""The API of dwellings that change hands."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.foundation.holdings import service
from backend.foundation.holdings.permissions import P
from backend.foundation.holdings.schemas import HandedOver, HandOver

bp = Blueprint("holdings", url_prefix="/holdings")


@bp.post("/hand-over", name="hand_over")
@endpoint(P.HAND_OVER, raises=(NotFound, Conflict))
async def hand_over(actor: Actor, body: HandOver) -> HandedOver:
    """Record that a dwelling has a new owner."""
    return await service.hand_over(actor, body)
