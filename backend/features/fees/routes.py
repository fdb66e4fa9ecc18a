"""The API of paying."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.ledgers.queries import EntryOut
from backend.engines.payments.queries import PaymentOut
from backend.features.fees import queries, service
from backend.features.fees.permissions import P
from backend.features.fees.schemas import (
    AgreementBody,
    BalanceQuery,
    BillMoney,
    CounterHome,
    DisputeBody,
    Disputed,
    DoorQuery,
    Doors,
    HomeFees,
    Overview,
    PayBody,
    RefundAsked,
    RefundBody,
    TakeBody,
    TopUpBody,
)

bp = Blueprint("fees", url_prefix="/fees")


@bp.get("/overview", name="overview")
@endpoint(P.PAY)
async def overview(actor: Actor) -> Overview:
    """See what my dwellings owe, and their balances."""
    return await queries.overview(actor)


@bp.post("/payments", name="pay")
@endpoint(P.PAY, status=201, limit="60/minute", raises=(NotFound, Conflict))
async def pay(actor: Actor, body: PayBody) -> PaymentOut:
    """Open one payment for several bills, or pay them from the balance."""
    return await service.pay(actor, body)


@bp.post("/top-ups", name="top_up")
@endpoint(P.PAY, status=201, limit="60/minute", raises=(NotFound, Conflict))
async def top_up(actor: Actor, body: TopUpBody) -> PaymentOut:
    """Open a payment onto my dwelling's balance."""
    return await service.top_up(actor, body)


@bp.get("/balance", name="balance")
@endpoint(P.PAY, raises=(NotFound,))
async def balance(actor: Actor, query: BalanceQuery) -> Page[EntryOut]:
    """List what came onto my dwelling's balance and went from it."""
    return await queries.balance_statement(actor, query)


@bp.put("/agreement", name="agree")
@endpoint(P.PAY, raises=(NotFound, Conflict))
async def agree(actor: Actor, body: AgreementBody) -> HomeFees:
    """Let new bills be paid from the balance by themselves, or no more."""
    return await service.agree(actor, body)


@bp.post("/bills/<bill_id:id>/dispute", name="dispute")
@endpoint(P.PAY, status=201, limit="20/hour", raises=(Conflict,))
async def dispute(actor: Actor, bill_id: int, body: DisputeBody) -> Disputed:
    """Say that a bill is wrong; an order looks into it."""
    return await service.dispute(actor, bill_id, body)


@bp.get("/bills/<bill_id:id>/money", name="money")
@endpoint(P.STAFF)
async def money(actor: Actor, bill_id: int) -> BillMoney:
    """See what came in for a bill, and what of it may go back."""
    return await queries.money(actor, bill_id)


@bp.post("/bills/<bill_id:id>/refund", name="refund")
@endpoint(P.REFUND, status=201, raises=(Conflict,))
async def refund(actor: Actor, bill_id: int, body: RefundBody) -> RefundAsked:
    """Give money of a bill back the way it came."""
    return await service.refund(actor, bill_id, body)


@bp.get("/counter", name="doors")
@endpoint(P.COUNTER, limit="240/minute", raises=(NotFound,))
async def doors(actor: Actor, query: DoorQuery) -> Doors:
    """Find a dwelling by what stands on its door."""
    return await queries.doors(actor, query)


@bp.get("/counter/<dwelling_id:id>", name="counter")
@endpoint(P.COUNTER)
async def counter(actor: Actor, dwelling_id: int) -> CounterHome:
    """See what a dwelling owes, at the counter."""
    return await queries.counter(actor, dwelling_id)


@bp.post("/counter", name="take")
@endpoint(P.COUNTER, status=201, raises=(NotFound, Conflict))
async def take(actor: Actor, body: TakeBody) -> PaymentOut:
    """Take money at the counter and get its receipt's number."""
    return await service.take(actor, body)
