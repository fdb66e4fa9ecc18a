"""The API of bills: one's own, and those of one's firm."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.bills import queries, service
from backend.engines.bills.permissions import P
from backend.engines.bills.schemas import BillDetail, BillOut, BillQuery, VoidBody

bp = Blueprint("bills", url_prefix="/bills")


@bp.get("/mine", name="mine")
@endpoint(P.VIEW, raises=(NotFound,))
async def mine(actor: Actor, query: BillQuery) -> Page[BillOut]:
    """List the bills of my dwellings, unpaid and oldest first."""
    return await queries.listed(actor, query, is_own=True)


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, query: BillQuery) -> Page[BillOut]:
    """List the bills of my firm, unpaid and oldest first."""
    return await queries.listed(actor, query, is_own=False)


@bp.get("/<bill_id:id>", name="get")
@endpoint(P.VIEW)
async def get(actor: Actor, bill_id: int) -> BillDetail:
    """Read a bill with its computation and history."""
    return await queries.detail(actor, bill_id)


@bp.post("/<bill_id:id>/void", name="void")
@endpoint(P.VOID, raises=(Conflict,))
async def void(actor: Actor, bill_id: int, body: VoidBody) -> BillDetail:
    """Take a wrong bill back by an opposite entry."""
    return await service.void(actor, bill_id, body)
