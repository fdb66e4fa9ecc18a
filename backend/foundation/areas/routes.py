"""The API of areas and dwellings."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.http import Download, Upload, endpoint
from backend.core.schemas import Page
from backend.foundation.areas import queries, service
from backend.foundation.areas.permissions import P
from backend.foundation.areas.schemas import (
    AreaChange,
    AreaMoveIn,
    AreaMoveOut,
    AreaNew,
    AreaOut,
    AreaQuery,
    DwellingOut,
    DwellingQuery,
    ImportReport,
)

bp = Blueprint("areas", url_prefix="/areas")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def listed(query: AreaQuery) -> Page[AreaOut]:
    """List areas: roots, children of one, or all of a level below one."""
    return await queries.listed(query)


@bp.post("/", name="create", strict_slashes=False)
@endpoint(P.MANAGE, status=201, raises=(NotFound,))
async def create(actor: Actor, body: AreaNew) -> AreaOut:
    """Add an area below another."""
    return await service.create(actor, body)


@bp.get("/import/template", name="template")
@endpoint(P.MANAGE)
async def template() -> Download:
    """Download the spreadsheet to fill in."""
    return service.template()


@bp.post("/import", name="import")
@endpoint(P.MANAGE, limit="20/hour", deadline=60, transaction=False, raises=(Conflict,))
async def bring_in(actor: Actor, upload: Upload) -> ImportReport:
    """Import areas and dwellings from a spreadsheet: all rows or none."""
    return await service.bring_in(actor, upload)


@bp.get("/<area_id:id>", name="get")
@endpoint(P.READ)
async def get(area_id: int) -> AreaOut:
    """Read one area."""
    return await queries.shown(area_id)


@bp.patch("/<area_id:id>", name="change")
@endpoint(P.MANAGE)
async def change(actor: Actor, area_id: int, body: AreaChange) -> AreaOut:
    """Rename an area or describe it."""
    return await service.change(actor, area_id, body)


@bp.post("/<area_id:id>/move", name="move")
@endpoint(P.MOVE, raises=(Conflict,))
async def move(actor: Actor, area_id: int, body: AreaMoveIn) -> AreaOut:
    """Move an area, with all below it, to another parent."""
    return await service.move(actor, area_id, body)


@bp.get("/<area_id:id>/moves", name="moves")
@endpoint(P.MOVE)
async def moves(actor: Actor, area_id: int) -> Page[AreaMoveOut]:
    """List where an area stood before."""
    return await queries.moves_of(actor, area_id)


@bp.get("/<area_id:id>/dwellings", name="dwellings")
@endpoint(P.READ, limit="120/minute")
async def dwellings(actor: Actor, area_id: int, query: DwellingQuery) -> Page[DwellingOut]:
    """List the dwellings of an area."""
    return await queries.dwellings(actor, area_id, query)


@bp.get("/<area_id:id>/export", name="export")
@endpoint(P.READ_DWELLINGS, limit="10/hour", deadline=30, raises=(Forbidden,))
async def export(actor: Actor, area_id: int) -> Download:
    """Download the dwellings of an area as a spreadsheet."""
    return await service.export(actor, area_id)
