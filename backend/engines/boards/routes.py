"""Lists of orders."""

from typing import Any

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.boards import queries
from backend.engines.boards.permissions import P
from backend.engines.boards.schemas import Day, DeskQuery, MineQuery
from backend.engines.orders.queries import OrderCard

bp = Blueprint("boards")


@bp.get("/orders/mine")
@endpoint(P.VIEW, answer=Page[OrderCard])
async def mine(actor: Actor, query: MineQuery) -> Any:
    """What I reported, newest first."""
    return await queries.mine(actor, query)


@bp.get("/orders/pool")
@endpoint(P.WORK, answer=Page[OrderCard])
async def pool_of_mine(actor: Actor, query: PageQuery) -> Any:
    """Orders I could take, nearest deadline first."""
    return await queries.pool(actor, query.limit, query.cursor)


@bp.get("/orders/doing")
@endpoint(P.WORK, answer=Page[OrderCard])
async def doing(actor: Actor) -> Any:
    """What I have in hand, or am asked to help with; nearest deadline first."""
    return await queries.doing(actor)


@bp.get("/orders/day")
@endpoint(P.WORK, answer=Day)
async def day(actor: Actor) -> Any:
    """My day: due, waiting, come back, done."""
    return await queries.day(actor)


@bp.get("/orders/desk")
@endpoint(P.WORK, answer=Page[OrderCard], raises=(NotFound,))
async def desk(actor: Actor, query: DeskQuery) -> Any:
    """What I oversee, newest first, filtered or searched."""
    return await queries.desk(actor, query)
