"""One order."""

from typing import Any

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.engines.details import queries
from backend.engines.details.permissions import P
from backend.engines.orders.queries import OrderDetail

bp = Blueprint("details", url_prefix="/orders")


@bp.get("/<order_id:id>")
@endpoint(P.VIEW, answer=OrderDetail, raises=(NotFound,))
async def detail(actor: Actor, order_id: int) -> Any:
    """An order with its history, clocks and the moves open to me."""
    return await queries.detail(actor, order_id)
