"""What buyers and shops do with a purchase."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import TooMany
from backend.core.http import endpoint
from backend.core.states import REFUSALS
from backend.engines.purchases.queries import PurchaseOut
from backend.features.sales import service
from backend.features.sales.permissions import P
from backend.features.sales.schemas import CodeBody, MoveBody, ReasonBody, RefundBody

bp = Blueprint("sales")


@bp.post("/purchases/<purchase_id:id>/close")
@endpoint(P.BUY, raises=REFUSALS)
async def close(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """Give it up before paying."""
    return await service.close(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/cancel")
@endpoint(P.BUY, raises=REFUSALS)
async def cancel(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """Take it back before it is accepted; the money comes back by itself."""
    return await service.cancel(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/receive")
@endpoint(P.BUY, raises=REFUSALS)
async def receive(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """It has arrived."""
    return await service.receive(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/accept")
@endpoint(P.SELL, raises=REFUSALS)
async def accept(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """Accept it, as the shop."""
    return await service.accept(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/refuse")
@endpoint(P.SELL, raises=REFUSALS)
async def refuse(actor: Actor, purchase_id: int, body: ReasonBody) -> PurchaseOut:
    """Refuse it, as the shop; the money goes back by itself."""
    return await service.refuse(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/ready")
@endpoint(P.SELL, raises=REFUSALS)
async def make_ready(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """It can be picked up."""
    return await service.make_ready(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/deliver")
@endpoint(P.SELL, raises=REFUSALS)
async def deliver(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """It is on its way."""
    return await service.deliver(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/give-up")
@endpoint(P.SELL, raises=REFUSALS)
async def give_up(actor: Actor, purchase_id: int, body: ReasonBody) -> PurchaseOut:
    """The shop cannot keep its word: everything is paid back."""
    return await service.give_up(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/refund")
@endpoint(P.SELL, raises=REFUSALS)
async def refund(actor: Actor, purchase_id: int, body: RefundBody) -> PurchaseOut:
    """Pay some pieces back."""
    return await service.refund(actor, purchase_id, body)


@bp.post("/shops/<shop_id:id>/hand-over")
@endpoint(P.SELL, raises=(*REFUSALS, service.BadCode, service.AlreadyCollected, TooMany))
async def hand_over(actor: Actor, shop_id: int, body: CodeBody) -> PurchaseOut:
    """Hand over what belongs to a pick-up code."""
    return await service.hand_over(actor, shop_id, body)
