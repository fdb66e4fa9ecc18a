"""The first page."""

from typing import Any

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.features.home import queries, service
from backend.features.home.permissions import P
from backend.features.home.schemas import ChooseBody, Home, HomeQuery, Services

bp = Blueprint("home", url_prefix="/home")


@bp.get("")
@endpoint(P.READ, answer=Home, raises=(NotFound,))
async def home(actor: Actor, query: HomeQuery) -> Any:
    """My community: who is there, what it offers, what I wait for, what was done nearby."""
    return await queries.home(actor, query)


@bp.put("/services")
@endpoint(P.CHOOSE, answer=Services, raises=(NotFound,))
async def choose(actor: Actor, body: ChooseBody) -> Any:
    """Choose which services a community shows, and in which order."""
    community_id = await service.choose(actor, body)
    return {"items": [vars(one) for one in await queries.services(community_id)]}
