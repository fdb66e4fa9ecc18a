"""The API of receipts."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import Download, endpoint
from backend.engines.receipts import service
from backend.engines.receipts.permissions import P

bp = Blueprint("receipts")


@bp.get("/payments/<payment_id:id>/receipt", name="printed")
@endpoint(P.READ, limit="30/minute", raises=(NotFound, Conflict))
async def printed(actor: Actor, payment_id: int) -> Download:
    """Get the receipt of a payment as PDF."""
    return await service.printed(actor, payment_id)
