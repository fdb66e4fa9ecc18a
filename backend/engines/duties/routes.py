"""The duty list over HTTP."""

from sanic import Blueprint

from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.engines.duties import queries, service
from backend.engines.duties.permissions import P
from backend.engines.duties.schemas import (
    DutiesQuery,
    DutyDetail,
    DutyList,
    MatchBody,
    ReadingOut,
)

bp = Blueprint("duties", url_prefix="/duties")


@bp.get("/", strict_slashes=False)
@endpoint(P.READ)
async def listed(query: DutiesQuery) -> DutyList:
    """The duty list: which department answers for what"""
    return await queries.listed(query)


@bp.get("/<code:str>")
@endpoint(P.READ, raises=(NotFound,))
async def one(code: str) -> DutyDetail:
    """One duty: its procedure as a flow chart, deadlines, law, examples"""
    return await queries.detail(code)


@bp.post("/match")
@endpoint(P.READ, limit="60/minute")
async def match(body: MatchBody) -> ReadingOut:
    """Which duty a text belongs to, how sure, and which words say so"""
    return await service.answer_match(body)
