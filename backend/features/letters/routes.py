"""The API of a fair's letter box and message board."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.features.letters import queries, service
from backend.features.letters.permissions import P
from backend.features.letters.schemas import (
    AnswerBody,
    LetterNew,
    LetterOut,
    LetterQuery,
    MoveBody,
    TakeBody,
)

bp = Blueprint("letters")


@bp.get("/fairs/<fair_id:id>/letters", name="list")
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, fair_id: int, query: LetterQuery) -> Page[LetterOut]:
    """List messages of the board, letters of the box, or mine."""
    return await queries.listed(actor, fair_id, query)


@bp.post("/fairs/<fair_id:id>/letters", name="write")
@endpoint(P.WRITE, status=201, raises=(NotFound, WrongState), limit="20/hour")
async def write(actor: Actor, fair_id: int, body: LetterNew) -> LetterOut:
    """Write a letter or a message."""
    return await service.write(actor, fair_id, body)


@bp.post("/letters/<letter_id:id>/answer")
@endpoint(P.RUN, raises=REFUSALS)
async def answer(actor: Actor, letter_id: int, body: AnswerBody) -> LetterOut:
    """Answer a letter."""
    return await service.answer(actor, letter_id, body)


@bp.post("/letters/<letter_id:id>/take")
@endpoint(P.RUN, raises=REFUSALS)
async def take(actor: Actor, letter_id: int, body: TakeBody) -> LetterOut:
    """Make a demand of a letter."""
    return await service.take(actor, letter_id, body)


@bp.post("/letters/<letter_id:id>/hide")
@endpoint(P.RUN, raises=REFUSALS)
async def hide(actor: Actor, letter_id: int, body: MoveBody) -> LetterOut:
    """Hide a message."""
    return await service.step(actor, letter_id, "hide", body)


@bp.post("/letters/<letter_id:id>/show")
@endpoint(P.RUN, raises=REFUSALS)
async def show(actor: Actor, letter_id: int, body: MoveBody) -> LetterOut:
    """Show a hidden message again."""
    return await service.step(actor, letter_id, "show", body)


@bp.post("/letters/<letter_id:id>/withdraw")
@endpoint(P.WRITE, raises=REFUSALS)
async def withdraw(actor: Actor, letter_id: int, body: MoveBody) -> LetterOut:
    """Take my words back."""
    return await service.step(actor, letter_id, "withdraw", body)
