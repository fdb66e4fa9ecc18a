"""The handler's moves. Each answers with the order as it is then."""

from typing import Any

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.states import REFUSALS
from backend.engines.details import queries as details
from backend.engines.handling import service
from backend.engines.handling.permissions import P
from backend.engines.handling.schemas import (
    ArriveBody,
    ClosePartBody,
    ContactBody,
    ExtendBody,
    ResolveBody,
)
from backend.engines.handling.service import AlreadyTaken
from backend.engines.orders.queries import MoveBody, OrderDetail, ReasonBody, ReplyBody
from backend.engines.orders.service import PartsOpen

bp = Blueprint("handling", url_prefix="/orders/<order_id:id>")


@bp.post("/take")
@endpoint(P.TAKE, answer=OrderDetail, raises=(*REFUSALS, AlreadyTaken))
async def take(actor: Actor, order_id: int, body: MoveBody) -> Any:
    """Take an order from the pool: exactly one wins."""
    order = await service.take(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/decline")
@endpoint(P.HANDLE, answer=OrderDetail, raises=REFUSALS)
async def decline(actor: Actor, order_id: int, body: ReasonBody) -> Any:
    """Decline an order that was assigned to me."""
    order = await service.decline(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/contact")
@endpoint(P.HANDLE, answer=OrderDetail, raises=REFUSALS)
async def contact(actor: Actor, order_id: int, body: ContactBody) -> Any:
    """Log a call to the resident."""
    order = await service.contact(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/arrive")
@endpoint(P.HANDLE, answer=OrderDetail, raises=REFUSALS)
async def arrive(actor: Actor, order_id: int, body: ArriveBody) -> Any:
    """Report that I am on site."""
    order = await service.arrive(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/resolve")
@endpoint(P.HANDLE, answer=OrderDetail, raises=(*REFUSALS, PartsOpen))
async def resolve(actor: Actor, order_id: int, body: ResolveBody) -> Any:
    """Report that it is done."""
    order = await service.resolve(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/suspend")
@endpoint(P.HANDLE, answer=OrderDetail, raises=REFUSALS)
async def suspend(actor: Actor, order_id: int, body: ReasonBody) -> Any:
    """Stop the clocks with a reason."""
    order = await service.suspend(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/resume")
@endpoint(P.HANDLE, answer=OrderDetail, raises=REFUSALS)
async def resume(actor: Actor, order_id: int, body: MoveBody) -> Any:
    """Go on after a suspension."""
    order = await service.resume(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/extend")
@endpoint(P.HANDLE, answer=OrderDetail, raises=REFUSALS)
async def extend(actor: Actor, order_id: int, body: ExtendBody) -> Any:
    """Ask for more time."""
    order = await service.extend(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/approve-extension")
@endpoint(P.RULE, answer=OrderDetail, raises=REFUSALS)
async def approve_extension(actor: Actor, order_id: int, body: MoveBody) -> Any:
    """Grant the time asked for."""
    order = await service.approve_extension(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/refuse-extension")
@endpoint(P.RULE, answer=OrderDetail, raises=REFUSALS)
async def refuse_extension(actor: Actor, order_id: int, body: ReasonBody) -> Any:
    """Refuse the time asked for."""
    order = await service.refuse_extension(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/reply")
@endpoint(P.REPLY, answer=OrderDetail, raises=REFUSALS)
async def reply(actor: Actor, order_id: int, body: ReplyBody) -> Any:
    """Reply to the resident."""
    order = await service.reply(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/close-part")
@endpoint(P.CO_HANDLE, answer=OrderDetail, raises=REFUSALS)
async def close_part(actor: Actor, order_id: int, body: ClosePartBody) -> Any:
    """Report my part as co-handler done."""
    order = await service.close_part(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/close")
@endpoint(P.CLOSE, answer=OrderDetail, raises=REFUSALS)
async def close(actor: Actor, order_id: int, body: MoveBody) -> Any:
    """End a resolved order that nobody rated."""
    order = await service.close(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)
