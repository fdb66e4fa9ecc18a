"""One order."""

from typing import Any

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Forbidden, NotFound, TooMany, WrongState
from backend.core.http import endpoint
from backend.engines.details import queries, service
from backend.engines.details.permissions import P
from backend.engines.details.schemas import ContactOut
from backend.engines.orders.queries import OrderDetail

bp = Blueprint("details", url_prefix="/orders")


@bp.get("/<order_id:id>")
@endpoint(P.VIEW, answer=OrderDetail, raises=(NotFound,))
async def detail(actor: Actor, order_id: int) -> Any:
    """An order with its history, clocks and the moves open to me."""
    return await queries.detail(actor, order_id)


@bp.post("/<order_id:id>/reveal")
@endpoint(P.REVEAL, limit="60/hour", raises=(NotFound, Forbidden, WrongState, TooMany))
async def reveal(actor: Actor, order_id: int) -> ContactOut:
    """Whom to call about the order I have in hand, in plain; the person sees that I looked."""
    return await service.reveal(actor, order_id)
