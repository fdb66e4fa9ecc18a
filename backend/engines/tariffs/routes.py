"""The API of tariffs and meters."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.tariffs import queries, service
from backend.engines.tariffs.permissions import P
from backend.engines.tariffs.schemas import (
    ReadingNew,
    ReadingOut,
    ReadingQuery,
    Round,
    RoundQuery,
    TariffChange,
    TariffNew,
    TariffOut,
    TariffQuery,
    VersionNew,
)

bp = Blueprint("tariffs", url_prefix="/tariffs")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, query: TariffQuery) -> Page[TariffOut]:
    """List the tariffs of my firm, with all their prices."""
    return await queries.listed(actor, query)


@bp.post("/", name="create", strict_slashes=False)
@endpoint(P.MANAGE, status=201, raises=(NotFound, Conflict))
async def create(actor: Actor, body: TariffNew) -> TariffOut:
    """Add a tariff with its first price."""
    return await service.create(actor, body)


@bp.patch("/<tariff_id:id>", name="change")
@endpoint(P.MANAGE, raises=(Conflict,))
async def change(actor: Actor, tariff_id: int, body: TariffChange) -> TariffOut:
    """Change a tariff's name, due day or late fee, or end it."""
    return await service.change(actor, tariff_id, body)


@bp.post("/<tariff_id:id>/versions", name="reprice")
@endpoint(P.MANAGE, status=201, raises=(Conflict,))
async def reprice(actor: Actor, tariff_id: int, body: VersionNew) -> TariffOut:
    """Set another price from a day on."""
    return await service.reprice(actor, tariff_id, body)


@bp.get("/<tariff_id:id>/readings", name="readings")
@endpoint(P.READ)
async def readings(actor: Actor, tariff_id: int, query: ReadingQuery) -> Page[ReadingOut]:
    """List what the meters of a tariff read."""
    return await queries.readings(actor, tariff_id, query)


@bp.get("/<tariff_id:id>/round", name="round")
@endpoint(P.METER, raises=(NotFound, Conflict))
async def meter_round(actor: Actor, tariff_id: int, query: RoundQuery) -> Round:
    """List a tariff's meters door by door, with what was read for a period."""
    return await queries.meter_round(actor, tariff_id, query)


@bp.post("/<tariff_id:id>/readings", name="enter")
@endpoint(P.METER, status=201, raises=(Conflict,))
async def enter(actor: Actor, tariff_id: int, body: ReadingNew) -> ReadingOut:
    """Enter what a dwelling's meter reads."""
    return await service.enter(actor, tariff_id, body)
