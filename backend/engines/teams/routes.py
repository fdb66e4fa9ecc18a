"""The API of teams."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.teams import queries, service
from backend.engines.teams.permissions import P
from backend.engines.teams.schemas import (
    HandOverBody,
    MemberOut,
    RefuseBody,
    TeamChange,
    TeamNew,
    TeamOut,
    TeamsQuery,
)
from backend.engines.teams.service import AlreadyThere, NotAResident

bp = Blueprint("teams", url_prefix="/teams")


@bp.get("", name="list")
@endpoint(P.JOIN, raises=(NotFound,))
async def listed(actor: Actor, query: TeamsQuery) -> Page[TeamOut]:
    """List teams."""
    return await queries.listed(actor, query)


@bp.post("", name="found")
@endpoint(P.JOIN, status=201, limit="10/hour", raises=(NotFound, NotAResident, Conflict))
async def found(actor: Actor, body: TeamNew) -> TeamOut:
    """Found a team where you live."""
    return await service.found(actor, body)


@bp.get("/<team_id:id>", name="one")
@endpoint(P.JOIN)
async def one(actor: Actor, team_id: int) -> TeamOut:
    """Look at a team."""
    return await queries.one(actor, team_id)


@bp.put("/<team_id:id>", name="change")
@endpoint(P.JOIN, raises=REFUSALS)
async def change(actor: Actor, team_id: int, body: TeamChange) -> TeamOut:
    """Change your team's words; they are reviewed again."""
    return await service.change(actor, team_id, body)


@bp.get("/<team_id:id>/members", name="members")
@endpoint(P.JOIN)
async def members(actor: Actor, team_id: int) -> Page[MemberOut]:
    """List a team's people."""
    return await queries.members(actor, team_id)


@bp.post("/<team_id:id>/join", name="join")
@endpoint(P.JOIN, limit="30/hour", raises=(AlreadyThere, NotAResident))
async def join(actor: Actor, team_id: int) -> TeamOut:
    """Ask to join."""
    return await service.join(actor, team_id)


@bp.post("/<team_id:id>/leave", name="leave")
@endpoint(P.JOIN, raises=REFUSALS)
async def leave(actor: Actor, team_id: int) -> TeamOut:
    """Leave a team."""
    return await service.leave(actor, team_id)


@bp.post("/<team_id:id>/disband", name="disband")
@endpoint(P.JOIN, raises=REFUSALS)
async def disband(actor: Actor, team_id: int) -> TeamOut:
    """End your team."""
    return await service.disband(actor, team_id)


@bp.post("/<team_id:id>/hand-over", name="hand_over")
@endpoint(P.JOIN, raises=REFUSALS)
async def hand_over(actor: Actor, team_id: int, body: HandOverBody) -> TeamOut:
    """Make a member the captain."""
    return await service.hand_over(actor, team_id, body)


@bp.post("/<team_id:id>/members/<member_id:id>/accept", name="accept")
@endpoint(P.JOIN, raises=REFUSALS)
async def accept(actor: Actor, team_id: int, member_id: int) -> MemberOut:
    """Take somebody in."""
    return await service.answer(actor, team_id, member_id, "accept")


@bp.post("/<team_id:id>/members/<member_id:id>/refuse", name="refuse_member")
@endpoint(P.JOIN, raises=REFUSALS)
async def refuse_member(actor: Actor, team_id: int, member_id: int) -> MemberOut:
    """Decline somebody's wish to join."""
    return await service.answer(actor, team_id, member_id, "refuse")


@bp.post("/<team_id:id>/members/<member_id:id>/remove", name="remove")
@endpoint(P.JOIN, raises=REFUSALS)
async def remove(actor: Actor, team_id: int, member_id: int) -> MemberOut:
    """Put somebody out."""
    return await service.answer(actor, team_id, member_id, "remove")


@bp.post("/<team_id:id>/approve", name="approve")
@endpoint(P.REVIEW, raises=REFUSALS)
async def approve(actor: Actor, team_id: int) -> TeamOut:
    """Approve a team at your places."""
    return await service.decide(actor, team_id, "approve")


@bp.post("/<team_id:id>/refuse", name="refuse")
@endpoint(P.REVIEW, raises=REFUSALS)
async def refuse(actor: Actor, team_id: int, body: RefuseBody) -> TeamOut:
    """Refuse a team, with a reason."""
    return await service.decide(actor, team_id, "refuse", body.reason)


@bp.post("/<team_id:id>/close", name="close")
@endpoint(P.REVIEW, raises=REFUSALS)
async def close(actor: Actor, team_id: int, body: RefuseBody) -> TeamOut:
    """End a team, with a reason."""
    return await service.decide(actor, team_id, "close", body.reason)
