"""One's own hours and certificates, and the check that is open to anybody."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import PUBLIC, Download, endpoint
from backend.core.schemas import Page
from backend.engines.hours import queries, service
from backend.engines.hours.permissions import P
from backend.engines.hours.schemas import (
    CertificateNew,
    CertificateOut,
    CheckBody,
    CheckOut,
    HourOut,
    HoursOut,
    HoursQuery,
)
from backend.engines.hours.service import NothingServed

bp = Blueprint("hours")


@bp.get("/hours", name="mine")
@endpoint(P.SERVE)
async def mine(actor: Actor, query: HoursQuery) -> Page[HourOut]:
    """List your service hours."""
    return await queries.mine(actor, query)


@bp.get("/hours/sum", name="sum")
@endpoint(P.SERVE)
async def my_sum(actor: Actor) -> HoursOut:
    """Add your service hours up."""
    return await queries.my_sum(actor)


@bp.get("/certificates", name="certificates")
@endpoint(P.SERVE)
async def certificates(actor: Actor) -> Page[CertificateOut]:
    """List your certificates."""
    return await queries.certificates(actor)


@bp.post("/certificates", name="issue")
@endpoint(P.SERVE, status=201, limit="20/hour", raises=(NothingServed, Conflict))
async def issue(actor: Actor, body: CertificateNew) -> CertificateOut:
    """Have your confirmed hours certified."""
    return await service.issue(actor, body)


@bp.get("/certificates/<certificate_id:id>/pdf", name="paper")
@endpoint(P.SERVE)
async def paper(actor: Actor, certificate_id: int) -> Download:
    """Print a certificate of yours."""
    return await service.paper(actor, certificate_id)


@bp.post("/certificates/check", name="check")
@endpoint(PUBLIC, limit="60/hour", raises=(NotFound,))
async def check(body: CheckBody) -> CheckOut:
    """Check a certificate by its number: no name is shown."""
    return await queries.check(body)
