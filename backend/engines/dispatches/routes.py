"""The dispatcher's moves, and handing on. Each answers with the order as it is then."""

from typing import Any

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.states import REFUSALS
from backend.engines.details import queries as details
from backend.engines.dispatches import service
from backend.engines.dispatches.permissions import P
from backend.engines.dispatches.schemas import (
    AskBody,
    AssignBody,
    DispatchBody,
    Handlers,
    TransferBody,
)
from backend.engines.dispatches.service import TooManyHandovers
from backend.engines.orders.queries import MoveBody, OrderDetail, ReasonBody

bp = Blueprint("dispatches", url_prefix="/orders/<order_id:id>")


@bp.get("/handlers")
@endpoint(P.PASS_ON, raises=(NotFound,))
async def handlers(actor: Actor, order_id: int) -> Handlers:
    """People and units that the order can be handed to."""
    return await service.handlers(actor, order_id)


@bp.post("/accept")
@endpoint(P.DISPATCH, answer=OrderDetail, raises=REFUSALS)
async def accept(actor: Actor, order_id: int, body: MoveBody) -> Any:
    """Accept a demand that waits for it."""
    order = await service.accept(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/dispatch")
@endpoint(P.DISPATCH, answer=OrderDetail, raises=REFUSALS)
async def dispatch(actor: Actor, order_id: int, body: DispatchBody) -> Any:
    """Put an order before the party that shall handle it."""
    order = await service.dispatch(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/assign")
@endpoint(P.ASSIGN, answer=OrderDetail, raises=REFUSALS)
async def assign(actor: Actor, order_id: int, body: AssignBody) -> Any:
    """Hand an order to one person."""
    order = await service.assign(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/return")
@endpoint(P.PASS_ON, answer=OrderDetail, raises=REFUSALS)
async def send_back(actor: Actor, order_id: int, body: ReasonBody) -> Any:
    """Return an order to the dispatcher, with grounds."""
    order = await service.send_back(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/transfer")
@endpoint(P.PASS_ON, answer=OrderDetail, raises=(*REFUSALS, TooManyHandovers))
async def transfer(actor: Actor, order_id: int, body: TransferBody) -> Any:
    """Pass an order on to a colleague or another unit."""
    order = await service.transfer(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/ask-co-handlers")
@endpoint(P.PASS_ON, answer=OrderDetail, raises=REFUSALS)
async def ask_co_handlers(actor: Actor, order_id: int, body: AskBody) -> Any:
    """Ask other units to do a part."""
    order = await service.ask_co_handlers(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)
