"""Reading teams: everybody those that are active, their people and reviewers the rest."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import crypto, paging
from backend.core.actor import Actor, Permission
from backend.core.database import below
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.teams.models import MemberStatus as MemberStatus
from backend.engines.teams.models import Team as Team
from backend.engines.teams.models import TeamMember
from backend.engines.teams.models import TeamStatus as TeamStatus
from backend.engines.teams.permissions import P
from backend.engines.teams.schemas import MemberOut as MemberOut
from backend.engines.teams.schemas import TeamOut as TeamOut
from backend.engines.teams.schemas import TeamsQuery
from backend.engines.teams.states import MEMBER_MOVES, MOVES, M, T
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity


def _at(path: str) -> Q:
    first, end = below(path)
    return Q(area_path__gte=first, area_path__lt=end)


def _reviewed(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in actor.paths(P.REVIEW):
        scope |= _at(path)
    return scope


def visible_to(actor: Actor) -> QuerySet[Team]:
    """Active teams are everybody's to see; others their captain's and the reviewers'."""
    if actor.is_system:
        return Team.all()
    return Team.filter(Q(status=T.ACTIVE) | Q(captain_id=actor.user_id) | _reviewed(actor))


async def get(actor: Actor, team_id: int, who: Permission | None = None) -> Team:
    """The team; with `who`, only where the actor stands to it so. Raises NotFound."""
    found = await visible_to(actor).filter(id=team_id).first()
    if found is None or (who is not None and not found.may(actor, who)):
        raise NotFound("没有这支队伍")
    return found


async def listed(actor: Actor, query: TeamsQuery) -> Page[TeamOut]:
    """A page of teams, latest first. Raises NotFound for an unknown area."""
    chosen = visible_to(actor)
    if query.mine:
        live = TeamMember.filter(user_id=actor.user_id).exclude(live_key=None)
        mine = [one.team_id for one in await live]
        chosen = chosen.filter(Q(id__in=mine or [0]) | Q(captain_id=actor.user_id))
    elif query.waiting:
        chosen = chosen.filter(_reviewed(actor), status=T.PROPOSED)
    else:
        chosen = chosen.filter(status=T.ACTIVE)
    if query.area_id is not None:
        chosen = chosen.filter(_at(await areas.path_of(query.area_id)))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def shown(actor: Actor, found: Sequence[Team]) -> list[TeamOut]:
    names = await areas.full_names(one.area_path for one in found)
    called = await identity.names(one.captain_id for one in found if one.captain_id)
    live = TeamMember.filter(team_id__in=[one.id for one in found], user_id=actor.user_id)
    mine = {one.team_id: one for one in await live.exclude(live_key=None)}
    return [
        _shown(actor, one, names[one.area_path], _masked(called, one.captain_id), mine.get(one.id))
        for one in found
    ]


def _masked(called: dict[int, Any], user_id: int | None) -> str:
    return crypto.mask_name(called[user_id].name) if user_id in called else "暂缺"


def _shown(
    actor: Actor, one: Team, area_name: str, captain: str, mine: TeamMember | None
) -> TeamOut:
    names = [
        "id",
        "name",
        "intro",
        "area_id",
        "members",
        "status",
        "reason",
        "created_at",
        "version",
    ]
    facts = {name: getattr(one, name) for name in names}
    return TeamOut(
        **facts,
        area_name=area_name,
        captain=captain,
        status_name=one.status.label,
        my_status=mine and mine.status,
        my_status_name=mine and mine.status.label,
        my_member_id=mine and mine.id,
        is_mine=one.captain_id == actor.user_id,
        moves=moves_open_to(MOVES, one, actor),
    )


async def one(actor: Actor, team_id: int) -> TeamOut:
    """A team as the actor sees it. Raises NotFound."""
    return (await shown(actor, [await get(actor, team_id)]))[0]


async def members(actor: Actor, team_id: int) -> Page[MemberOut]:
    """Who belongs to a team and who asks to, masked: for its members and reviewers.

    Raises NotFound for anybody else."""
    team = await get(actor, team_id)
    is_own = await is_member(actor.user_id, team_id)
    if not (is_own or team.may(actor, P.LEAD) or team.may(actor, P.REVIEW)):
        raise NotFound("没有这支队伍")
    found = await TeamMember.filter(team_id=team_id).exclude(live_key=None).order_by("id")
    return Page(items=await members_shown(actor, team, found))


async def members_shown(actor: Actor, team: Team, found: Sequence[TeamMember]) -> list[MemberOut]:
    called = await identity.names(one.user_id for one in found)
    return [_member(actor, team, one, called) for one in found]


def _member(actor: Actor, team: Team, one: TeamMember, called: dict[int, Any]) -> MemberOut:
    one.team = team
    return MemberOut(
        id=one.id,
        name=_masked(called, one.user_id),
        is_captain=one.user_id == team.captain_id,
        status=one.status,
        status_name=one.status.label,
        asked_at=one.asked_at,
        moves=moves_open_to(MEMBER_MOVES, one, actor),
    )


async def is_member(user_id: int, team_id: int) -> bool:
    wanted = TeamMember.filter(team_id=team_id, user_id=user_id, status=M.MEMBER)
    return bool(await wanted.exists())


LED = (T.ACTIVE, T.PROPOSED)
"""A team whose new words are being looked at goes on meanwhile."""


async def is_captain(user_id: int, team_id: int | None) -> bool:
    wanted = Team.filter(id=team_id or 0, captain_id=user_id, status__in=LED)
    return bool(await wanted.exists())


async def led_by(user_id: int) -> list[int]:
    """The teams that a person leads."""
    found = await Team.filter(captain_id=user_id, status__in=LED).only("id")
    return [one.id for one in found]


async def names(team_ids: set[int]) -> dict[int, str]:
    """The names of teams; one that nobody has looked at yet is left out."""
    wanted = Team.filter(id__in=team_ids, status=T.ACTIVE).only("id", "name")
    found = await wanted if team_ids else []
    return {one.id: one.name for one in found}


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await TeamMember.filter(user_id=user_id).order_by("id").prefetch_related("team")
    return {
        "志愿队伍": [
            {
                "队伍": one.team.name,
                "状态": one.status.label,
                "申请时间": one.asked_at,
                "队长": one.team.captain_id == user_id,
            }
            for one in found
        ]
    }
