"""The API of payments: one's own, the counter's, and staff's lists."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.payments import queries, service
from backend.engines.payments.permissions import P
from backend.engines.payments.rules import AlreadyPaid, ReceiptTaken
from backend.engines.payments.schemas import (
    CounterBody,
    MineQuery,
    PayeeChange,
    PayeeOut,
    PayeeQuery,
    PaymentCard,
    PaymentOut,
    PaymentQuery,
)

bp = Blueprint("payments", url_prefix="/payments")


@bp.get("/mine", name="mine")
@endpoint(P.PAY)
async def mine(actor: Actor, query: MineQuery) -> Page[PaymentCard]:
    """List my payments."""
    return await queries.mine(actor, query)


@bp.get("/at-counter", name="at_counter")
@endpoint(P.COUNTER)
async def at_counter(actor: Actor, query: PaymentQuery) -> Page[PaymentCard]:
    """List the payments of the unit that the cashier stands for."""
    return await queries.at_counter(actor, query)


@bp.get("/overseen", name="overseen")
@endpoint(P.OVERSEE)
async def overseen(actor: Actor, query: PaymentQuery) -> Page[PaymentCard]:
    """List the payments that an accountant reads."""
    return await queries.overseen(actor, query)


@bp.get("/payees", name="payees")
@endpoint(P.PAYEES)
async def payees(actor: Actor, query: PayeeQuery) -> Page[PayeeOut]:
    """List payees."""
    return await queries.payees(actor, query)


@bp.patch("/payees/<payee_id:id>", name="change_payee")
@endpoint(P.PAYEES, raises=(NotFound,))
async def change_payee(actor: Actor, payee_id: int, body: PayeeChange) -> PayeeOut:
    """Say under which account WeChat pays a payee."""
    return await service.change_payee(actor, payee_id, body)


@bp.get("/<payment_id:id>", name="read")
@endpoint(P.PAY, raises=(NotFound,))
async def read(actor: Actor, payment_id: int) -> PaymentOut:
    """Read a payment: one's own, or as staff."""
    return await queries.read(actor, payment_id)


@bp.post("/<payment_id:id>/close", name="close")
@endpoint(P.PAY, raises=(NotFound, Forbidden, AlreadyPaid))
async def close(actor: Actor, payment_id: int) -> PaymentOut:
    """Close a payment of mine that is not paid."""
    return await service.close_mine(actor, payment_id)


@bp.post("/<payment_id:id>/counter", name="counter")
@endpoint(P.COUNTER, raises=(NotFound, AlreadyPaid, ReceiptTaken, Conflict))
async def counter(actor: Actor, payment_id: int, body: CounterBody) -> PaymentOut:
    """Record money that was taken at the counter."""
    return await service.take_at_counter(actor, payment_id, body)
