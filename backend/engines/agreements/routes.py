"""The API of balances and standing agreements."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import PageQuery
from backend.engines.agreements import queries, service
from backend.engines.agreements.permissions import P
from backend.engines.agreements.schemas import Agree, BalanceOut, StatementOut, TopUpBody
from backend.engines.payments.service import PaymentOut

bp = Blueprint("agreements", url_prefix="/parking")


@bp.post("/agreements", name="agree")
@endpoint(P.OWN, status=201, limit="20/hour", raises=(NotFound, Conflict))
async def agree(actor: Actor, body: Agree) -> BalanceOut:
    """Let parking be paid from your car's balance."""
    return await service.agree(actor, body)


@bp.post("/vehicles/<vehicle_id:id>/revoke", name="revoke")
@endpoint(P.OWN, raises=(Conflict,))
async def revoke(actor: Actor, vehicle_id: int) -> BalanceOut:
    """Take your agreement back, at once."""
    return await service.revoke(actor, vehicle_id)


@bp.get("/vehicles/<vehicle_id:id>/balance", name="balance")
@endpoint(P.OWN)
async def balance(actor: Actor, vehicle_id: int) -> BalanceOut:
    """Look at your car's balance and agreement."""
    return await queries.balance(actor, vehicle_id)


@bp.get("/vehicles/<vehicle_id:id>/statement", name="statement")
@endpoint(P.OWN)
async def statement(actor: Actor, vehicle_id: int, query: PageQuery) -> StatementOut:
    """What came into and went out of your car's balance."""
    return await queries.statement(actor, vehicle_id, query)


@bp.post("/vehicles/<vehicle_id:id>/top-up", name="top_up")
@endpoint(P.OWN, status=201, limit="30/hour", raises=(Conflict,))
async def top_up(actor: Actor, vehicle_id: int, body: TopUpBody) -> PaymentOut:
    """Pay into your car's balance."""
    return await service.top_up(actor, vehicle_id, body)
