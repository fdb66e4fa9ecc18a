"""The API of the rules of rewards."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound, StaleVersion
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.oversight.rewards import queries, service
from backend.oversight.rewards.permissions import P
from backend.oversight.rewards.schemas import (
    ChangeOut,
    ChangeQuery,
    RewardList,
    RewardOut,
    RuleBody,
)

bp = Blueprint("rewards", url_prefix="/rewards")


@bp.get("/", strict_slashes=False)
@endpoint(P.READ)
async def mine(actor: Actor) -> RewardList:
    """What earns points where I live."""
    return await queries.mine(actor)


@bp.get("/areas/<area_id:id>")
@endpoint(P.OVERSEE, raises=(NotFound,))
async def of_area(actor: Actor, area_id: int) -> RewardList:
    """The rules as they hold in an area."""
    return await queries.of_area(actor, area_id)


@bp.put("/areas/<area_id:id>/<kind:str>")
@endpoint(P.SET, raises=(NotFound, StaleVersion))
async def set_rule(actor: Actor, area_id: int, kind: str, body: RuleBody) -> RewardOut:
    """Set an area's own rule."""
    return await service.set_rule(actor, area_id, kind, body)


@bp.get("/changes")
@endpoint(P.OVERSEE, raises=(NotFound,))
async def changes(actor: Actor, query: ChangeQuery) -> Page[ChangeOut]:
    """Who changed which rule, and why."""
    return await queries.changes(actor, query)
