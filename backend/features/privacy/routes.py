"""A person's own data over HTTP."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.schemas import Done
from backend.features.privacy import queries, service
from backend.features.privacy.permissions import P
from backend.features.privacy.schemas import Erasure, Export, PrivacyOut

bp = Blueprint("privacy", url_prefix="/me")


@bp.get("/privacy")
@endpoint(P.OWN)
async def kept() -> PrivacyOut:
    """What is kept about people, why and how long"""
    return queries.kept()


@bp.get("/export")
@endpoint(P.OWN, limit="10/hour")
async def export(actor: Actor) -> Export:
    """Everything kept about me, and who looked at it"""
    return await service.export(actor)


@bp.post("/erase")
@endpoint(P.OWN)
async def erase(actor: Actor, body: Erasure) -> Done:  # noqa: ARG001 - the word is the point
    """Leave: my account and what is personal about me is erased"""
    await service.erase(actor)
    return Done()
