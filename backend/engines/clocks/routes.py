"""The policies of time, and days that break the week."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.schemas import Done
from backend.engines.clocks import queries, service
from backend.engines.clocks.permissions import P
from backend.engines.clocks.schemas import DayBody, DaysOut, PoliciesOut, PolicyBody

bp = Blueprint("clocks", url_prefix="/clocks")


@bp.get("/policies")
@endpoint(P.READ)
async def list_policies() -> PoliciesOut:
    """How long orders may take, by kind and grade."""
    return PoliciesOut(items=await queries.policies())


@bp.put("/policies")
@endpoint(P.SET)
async def set_policy(actor: Actor, body: PolicyBody) -> PoliciesOut:
    """Set how long orders of a kind and grade may take."""
    await service.set_policy(actor, body)
    return PoliciesOut(items=await queries.policies())


@bp.get("/days")
@endpoint(P.READ)
async def list_days() -> DaysOut:
    """Days set by hand as worked or free."""
    return DaysOut(items=await queries.days_set())


@bp.put("/days")
@endpoint(P.SET)
async def set_day(actor: Actor, body: DayBody) -> Done:
    """Set a day as worked or free."""
    await service.set_day(actor, body)
    return Done()
