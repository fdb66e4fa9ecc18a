"""Parking at one glance."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.stays.queries import OccupancyOut
from backend.features.parking import queries
from backend.features.parking.permissions import P
from backend.features.parking.schemas import Overview

bp = Blueprint("parking", url_prefix="/parking")


@bp.get("/overview", name="overview")
@endpoint(P.OWN)
async def overview(actor: Actor) -> Overview:
    """My cars with passes, balances and stays, and the car parks where I live."""
    return await queries.overview(actor)


@bp.get("/occupancy", name="occupancy")
@endpoint(P.OWN)
async def occupancy(actor: Actor) -> Page[OccupancyOut]:
    """How full the car parks are where I work or live."""
    return await queries.occupancy(actor)
