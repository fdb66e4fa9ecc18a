"""The API of what is overdue."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.features.arrears import queries, service
from backend.features.arrears.permissions import P
from backend.features.arrears.schemas import (
    Ageing,
    AgeingQuery,
    DebtorOut,
    DebtorQuery,
    MuteBody,
    MuteOut,
    PlanBody,
    PlanOut,
    RemindBody,
    Reminded,
)

bp = Blueprint("arrears", url_prefix="/arrears")


@bp.get("/", name="ageing", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def ageing(actor: Actor, query: AgeingQuery) -> Ageing:
    """See what is owed to my firm, by age and by compound."""
    return await queries.ageing(actor, query)


@bp.get("/dwellings", name="debtors")
@endpoint(P.READ, raises=(NotFound,))
async def debtors(actor: Actor, query: DebtorQuery) -> Page[DebtorOut]:
    """List dwellings with something overdue, the most first."""
    return await queries.debtors(actor, query)


@bp.post("/remind", name="remind")
@endpoint(P.REMIND, limit="30/hour", deadline=30, raises=(NotFound,))
async def remind(actor: Actor, body: RemindBody) -> Reminded:
    """Remind dwellings of what is overdue."""
    return await service.remind(actor, body)


@bp.put("/plan", name="plan")
@endpoint(P.REMIND, raises=(NotFound,))
async def plan(actor: Actor, body: PlanBody) -> PlanOut:
    """Note what was agreed about paying later."""
    return await service.plan(actor, body)


@bp.get("/mute", name="is_muted")
@endpoint(P.MUTE)
async def is_muted(actor: Actor) -> MuteOut:
    """See whether I am reminded."""
    return await service.is_muted(actor)


@bp.put("/mute", name="mute")
@endpoint(P.MUTE)
async def mute(actor: Actor, body: MuteBody) -> MuteOut:
    """Switch reminders on or off."""
    return await service.mute(actor, body)
