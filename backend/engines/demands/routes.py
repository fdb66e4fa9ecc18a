"""Reporting, and the moves of whoever reported."""

from typing import Any

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Forbidden, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Done
from backend.core.states import REFUSALS
from backend.engines.demands import queries, service
from backend.engines.demands.permissions import P
from backend.engines.demands.schemas import (
    DraftBody,
    DraftOut,
    Kinds,
    Preview,
    PreviewBody,
    RateBody,
    ReportBody,
    SupplementBody,
    UrgeBody,
    WithdrawBody,
)
from backend.engines.demands.service import TooSoon
from backend.engines.details import queries as details
from backend.engines.orders.queries import OrderDetail, ReasonBody

bp = Blueprint("demands", url_prefix="/orders")


@bp.get("/kinds")
@endpoint(P.REPORT)
async def kinds() -> Kinds:
    """What can be reported, with the questions of each kind."""
    return queries.kinds()


@bp.post("/preview")
@endpoint(P.REPORT, limit="120/minute", transaction=False)
async def preview(body: PreviewBody) -> Preview:
    """What the house would make of a text, and by when it would be done."""
    return await queries.preview(body)


@bp.post("")
@endpoint(
    P.REPORT, answer=OrderDetail, status=201, raises=(NotFound, Forbidden), limit="120/minute"
)
async def report(actor: Actor, body: ReportBody) -> Any:
    """Report a demand."""
    order = await service.report(actor, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.get("/draft")
@endpoint(P.REPORT, answer=DraftOut | None)
async def draft(actor: Actor) -> Any:
    """My unfinished report, or null."""
    return await queries.draft(actor)


@bp.put("/draft")
@endpoint(P.REPORT)
async def keep_draft(actor: Actor, body: DraftBody) -> Done:
    """Keep my unfinished report."""
    await service.keep_draft(actor, body)
    return Done()


@bp.delete("/draft")
@endpoint(P.REPORT)
async def drop_draft(actor: Actor) -> Done:
    """Throw my unfinished report away."""
    await service.drop_draft(actor)
    return Done()


@bp.post("/<order_id:id>/urge")
@endpoint(P.REPORT, answer=OrderDetail, raises=(*REFUSALS, TooSoon))
async def urge(actor: Actor, order_id: int, body: UrgeBody) -> Any:
    """Hurry those who have my order."""
    order = await service.urge(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/<order_id:id>/supplement")
@endpoint(P.REPORT, answer=OrderDetail, raises=REFUSALS)
async def supplement(actor: Actor, order_id: int, body: SupplementBody) -> Any:
    """Add something to my order."""
    order = await service.supplement(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/<order_id:id>/withdraw")
@endpoint(P.REPORT, answer=OrderDetail, raises=REFUSALS)
async def withdraw(actor: Actor, order_id: int, body: WithdrawBody) -> Any:
    """Take my order back."""
    order = await service.withdraw(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/<order_id:id>/rate")
@endpoint(P.REPORT, answer=OrderDetail, raises=REFUSALS)
async def rate(actor: Actor, order_id: int, body: RateBody) -> Any:
    """Say how my order was handled."""
    order = await service.rate(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)


@bp.post("/<order_id:id>/reopen")
@endpoint(P.REPORT, answer=OrderDetail, raises=REFUSALS)
async def reopen(actor: Actor, order_id: int, body: ReasonBody) -> Any:
    """Say that it was not solved."""
    order = await service.reopen(actor, order_id, body)
    return await details.detail(actor, order.id, is_checked=True)
