"""The API of refunds."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.refunds import queries, service
from backend.engines.refunds.permissions import P
from backend.engines.refunds.schemas import Grounds, Redirect, RefundOut, RefundQuery

bp = Blueprint("refunds", url_prefix="/refunds")


@bp.get("/mine", name="mine")
@endpoint(P.READ)
async def mine(actor: Actor, query: RefundQuery) -> Page[RefundOut]:
    """List my refunds."""
    return await queries.mine(actor, query)


@bp.get("/overseen", name="overseen")
@endpoint(P.OVERSEE)
async def overseen(actor: Actor, query: RefundQuery) -> Page[RefundOut]:
    """List the refunds that staff read: those with something to do by `is_stuck=true`."""
    return await queries.overseen(actor, query)


@bp.get("/<refund_id:id>", name="read")
@endpoint(P.READ, raises=(NotFound,))
async def read(actor: Actor, refund_id: int) -> RefundOut:
    """Read a refund: one's own, or as staff."""
    return await queries.read(actor, refund_id)


@bp.post("/<refund_id:id>/pay-out", name="pay_out")
@endpoint(P.PAY_OUT, raises=(NotFound, WrongState, Conflict))
async def pay_out(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """Record that money taken at the counter was given back there."""
    return await service.pay_out(actor, refund_id, body)


@bp.post("/<refund_id:id>/retry", name="retry")
@endpoint(P.RULE, raises=(NotFound, WrongState, Conflict))
async def retry(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """Have a refund sent again that WeChat could not deliver."""
    return await service.retry(actor, refund_id, body)


@bp.post("/<refund_id:id>/redirect", name="redirect")
@endpoint(P.RULE, raises=(NotFound, WrongState, Conflict))
async def redirect(actor: Actor, refund_id: int, body: Redirect) -> RefundOut:
    """Have WeChat send an abnormal refund to another card of the payer's, or to the merchant's."""
    return await service.redirect(actor, refund_id, body)


@bp.post("/<refund_id:id>/hand-over", name="hand_over")
@endpoint(P.RULE, raises=(NotFound, WrongState, Conflict))
async def hand_over(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """Record that what WeChat gave to the merchant was handed over to the payer."""
    return await service.hand_over(actor, refund_id, body)


@bp.post("/<refund_id:id>/settle-by-hand", name="settle_by_hand")
@endpoint(P.RULE, raises=(NotFound, WrongState, Conflict))
async def settle_by_hand(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """Record that a person saw to a refund that WeChat could not deliver."""
    return await service.settle_by_hand(actor, refund_id, body)
