"""The API of redemptions."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.features.mall import queries, service
from backend.features.mall.permissions import P
from backend.features.mall.schemas import (
    CallOff,
    CodeBody,
    MineQuery,
    MoveBody,
    PlaceQuery,
    Redeem,
    Redeemed,
    RedemptionCard,
    RedemptionOut,
)

bp = Blueprint("mall", url_prefix="/mall")


@bp.post("/redemptions")
@endpoint(P.REDEEM, status=201, limit="30/minute", raises=(NotFound, Conflict))
async def redeem(actor: Actor, body: Redeem) -> Redeemed:
    """Redeem something for my points."""
    return await service.redeem(actor, body)


@bp.get("/redemptions")
@endpoint(P.REDEEM)
async def mine(actor: Actor, query: MineQuery) -> Page[RedemptionCard]:
    """What I redeemed."""
    return await queries.mine(actor, query)


@bp.get("/redemptions/<redemption_id:id>")
@endpoint(P.REDEEM, raises=(NotFound,))
async def one(actor: Actor, redemption_id: int) -> RedemptionOut:
    """One redemption, with its code if it is mine."""
    return await queries.shown(actor, await queries.get(actor, redemption_id))


@bp.post("/redemptions/<redemption_id:id>/cancel")
@endpoint(P.REDEEM, raises=REFUSALS)
async def cancel(actor: Actor, redemption_id: int, body: MoveBody) -> RedemptionOut:
    """Think better of it: the points come back."""
    return await service.cancel(actor, redemption_id, body)


@bp.post("/redemptions/<redemption_id:id>/call-off")
@endpoint(P.SERVE, raises=REFUSALS)
async def call_off(actor: Actor, redemption_id: int, body: CallOff) -> RedemptionOut:
    """Cancel what cannot be handed over, as those who serve."""
    return await service.call_off(actor, redemption_id, body)


@bp.get("/places/<place_id:id>/redemptions")
@endpoint(P.SERVE, raises=(NotFound,))
async def at_place(actor: Actor, place_id: int, query: PlaceQuery) -> Page[RedemptionCard]:
    """What waits at a place where I serve."""
    return await queries.at_place(actor, place_id, query)


@bp.post("/places/<place_id:id>/find")
@endpoint(P.SERVE, raises=(NotFound, Conflict))
async def find(actor: Actor, place_id: int, body: CodeBody) -> RedemptionOut:
    """What a code stands for."""
    return await service.find(actor, place_id, body)


@bp.post("/places/<place_id:id>/hand-over")
@endpoint(P.SERVE, raises=REFUSALS)
async def hand_over(actor: Actor, place_id: int, body: CodeBody) -> RedemptionOut:
    """Hand over what belongs to a code, once."""
    return await service.hand_over(actor, place_id, body)
