"""The API of moving cars."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.features.move_car import queries, service
from backend.features.move_car.permissions import P
from backend.features.move_car.queries import AskingBlocked, TooOften
from backend.features.move_car.schemas import (
    AnswerBody,
    Ask,
    BlockNew,
    BlockOut,
    Complain,
    Dismiss,
    Lift,
    OverseenOut,
    OverseenQuery,
    RequestOut,
    ToldOut,
)
from backend.features.move_car.service import AskedAlready

bp = Blueprint("move_car", url_prefix="/move-car")


@bp.post("", name="ask")
@endpoint(
    P.ASK,
    status=201,
    limit="20/hour",
    raises=(NotFound, AskedAlready, TooOften, AskingBlocked),
)
async def ask(actor: Actor, body: Ask) -> RequestOut:
    """Ask for a car to be moved, by plate or windscreen code."""
    return await service.ask(actor, body)


@bp.get("", name="list")
@endpoint(P.OVERSEE, limit="120/minute")
async def listed(actor: Actor, query: OverseenQuery) -> Page[OverseenOut]:
    """List requests at your places, masked."""
    return await queries.listed(actor, query)


@bp.get("/mine", name="mine")
@endpoint(P.ASK)
async def mine(actor: Actor, query: PageQuery) -> Page[RequestOut]:
    """List your own requests."""
    return await queries.mine(actor, query)


@bp.get("/asked", name="asked_of")
@endpoint(P.ANSWER)
async def asked_of(actor: Actor, query: PageQuery) -> Page[ToldOut]:
    """List requests about your cars."""
    return await queries.asked_of(actor, query)


@bp.get("/blocks", name="blocks")
@endpoint(P.OVERSEE)
async def blocks(actor: Actor, query: PageQuery) -> Page[BlockOut]:
    """List who may not ask for a while."""
    return await queries.blocks(actor, query)


@bp.post("/blocks/<block_id:id>/lift", name="lift")
@endpoint(P.RULE, raises=(Conflict,))
async def lift(actor: Actor, block_id: int, body: Lift) -> BlockOut:
    """Let a person ask again."""
    return await service.lift(actor, block_id, body)


@bp.get("/<request_id:id>", name="detail")
@endpoint(P.ASK)
async def detail(actor: Actor, request_id: int) -> RequestOut:
    """Follow your own request."""
    return await queries.request(actor, request_id)


@bp.post("/<request_id:id>/moved", name="moved")
@endpoint(P.ASK, raises=(WrongState, Conflict))
async def moved(actor: Actor, request_id: int) -> RequestOut:
    """Say that the car is gone."""
    return await service.end(actor, request_id, "moved")


@bp.post("/<request_id:id>/withdraw", name="withdraw")
@endpoint(P.ASK, raises=(WrongState, Conflict))
async def withdraw(actor: Actor, request_id: int) -> RequestOut:
    """Take your request back."""
    return await service.end(actor, request_id, "withdraw")


@bp.post("/<request_id:id>/insist", name="insist")
@endpoint(P.ASK, raises=(WrongState, Conflict))
async def insist(actor: Actor, request_id: int) -> RequestOut:
    """Call the staff when what was promised did not happen."""
    return await service.insist(actor, request_id)


@bp.get("/<request_id:id>/asked", name="asked")
@endpoint(P.ANSWER)
async def asked(actor: Actor, request_id: int) -> ToldOut:
    """Look at a request about your car."""
    return await queries.asked(actor, request_id)


@bp.post("/<request_id:id>/answer", name="answer")
@endpoint(P.ANSWER, raises=(WrongState, Conflict))
async def answer(actor: Actor, request_id: int, body: AnswerBody) -> ToldOut:
    """Answer: coming, in ten minutes, away."""
    return await service.answer(actor, request_id, body)


@bp.post("/<request_id:id>/complain", name="complain")
@endpoint(P.ANSWER, raises=(Conflict,))
async def complain(actor: Actor, request_id: int, body: Complain) -> ToldOut:
    """Say that the asker pesters you."""
    return await service.complain(actor, request_id, body)


@bp.post("/<request_id:id>/dismiss", name="dismiss")
@endpoint(P.RULE, raises=(Conflict,))
async def dismiss(actor: Actor, request_id: int, body: Dismiss) -> OverseenOut:
    """Rule that a complaint has no grounds."""
    return await service.dismiss(actor, request_id, body)


@bp.post("/<request_id:id>/block", name="block")
@endpoint(P.RULE, status=201, raises=(Conflict,))
async def block(actor: Actor, request_id: int, body: BlockNew) -> BlockOut:
    """Keep the asker from asking for some days."""
    return await service.block(actor, request_id, body)
