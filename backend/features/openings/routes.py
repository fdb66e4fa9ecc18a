"""The API of bringing figures in."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict
from backend.core.http import Download, Upload, endpoint
from backend.features.openings import service
from backend.features.openings.permissions import P
from backend.features.openings.schemas import ImportReport

bp = Blueprint("openings", url_prefix="/openings")


@bp.get("/balances/template", name="balances_template")
@endpoint(P.BALANCES)
async def balances_template() -> Download:
    """Download the spreadsheet for balances to fill in."""
    return service.template("balances")


@bp.get("/readings/template", name="readings_template")
@endpoint(P.READINGS)
async def readings_template() -> Download:
    """Download the spreadsheet for readings to fill in."""
    return service.template("readings")


@bp.post("/<tariff_id:id>/balances", name="balances")
@endpoint(P.BALANCES, limit="20/hour", deadline=60, transaction=False, raises=(Conflict,))
async def balances(actor: Actor, tariff_id: int, upload: Upload) -> ImportReport:
    """Import what dwellings owe and have prepaid: all rows or none."""
    return await service.bring_balances(actor, tariff_id, upload)


@bp.post("/<tariff_id:id>/readings", name="readings")
@endpoint(P.READINGS, limit="20/hour", deadline=60, transaction=False, raises=(Conflict,))
async def readings(actor: Actor, tariff_id: int, upload: Upload) -> ImportReport:
    """Import what meters read: all rows or none."""
    return await service.bring_readings(actor, tariff_id, upload)
