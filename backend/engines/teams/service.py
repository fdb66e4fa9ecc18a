"""Founding, reviewing, joining, leading."""

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, execute, move_paths
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.states import check, make
from backend.engines.teams import messages, queries
from backend.engines.teams.models import Team, TeamMember
from backend.engines.teams.permissions import P
from backend.engines.teams.schemas import HandOverBody, MemberOut, TeamChange, TeamNew, TeamOut
from backend.engines.teams.states import MEMBER_MOVES, MOVES, M, T
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.audit import service as audit
from backend.foundation.notify import service as notify
from backend.foundation.residents import queries as residents

MOST_FOUNDED = 3
"""Teams that one person leads at a time."""


class AlreadyThere(Conflict):
    code, title = "already_there", "已经在队里，或已经申请过了"


class NotAResident(Forbidden):
    code, title = "not_a_resident", "绑定本社区的房屋后才能参加"


async def found(actor: Actor, body: TeamNew) -> TeamOut:
    """Found a team at a community where one lives; it is shown once reviewed.

    Raises NotFound, NotAResident, Conflict for too many.
    """
    area = await areas.get(body.area_id)
    if area.level != Level.COMMUNITY:
        raise NotFound("请选择社区")
    path = area.path or ""
    await _check_home(actor, path)
    led = Team.filter(captain_id=actor.user_id, status__in=[T.PROPOSED, T.ACTIVE])
    if await led.count() >= MOST_FOUNDED:
        raise Conflict(f"一个人最多带 {MOST_FOUNDED} 支队伍")
    now = clock.now()
    team = await Team.create(
        name=body.name,
        intro=body.intro,
        area_id=area.id,
        area_path=path,
        captain_id=actor.user_id,
        members=1,
        created_at=now,
    )
    await TeamMember.create(
        team=team,
        user_id=actor.user_id,
        live_key=_key(team.id, actor.user_id),
        status=M.MEMBER,
        asked_at=now,
        decided_at=now,
    )
    return await queries.one(actor, team.id)


async def _check_home(actor: Actor, path: str) -> None:
    homes = await residents.dwellings_of(actor.user_id)
    if not any(one.area_path.startswith(path) for one in homes):
        raise NotAResident


def _key(team_id: int, user_id: int) -> str:
    return f"{team_id}:{user_id}"


async def decide(actor: Actor, team_id: int, name: str, reason: str = "") -> TeamOut:
    """`approve`, `refuse` or `close`. Nobody reviews their own. Raises NotFound, WrongState."""
    team = await queries.get(actor, team_id, P.REVIEW)
    await make(team, MOVES[name], actor, reason=reason)
    await audit.record(actor, f"teams.{name}", f"team:{team.id}", team.area_path)
    told = {"approve": messages.APPROVED, "refuse": messages.REFUSED}.get(name)
    if told is not None:
        await _tell(team.captain_id, team, told, reason=reason)
    return await queries.one(actor, team_id)


async def change(actor: Actor, team_id: int, body: TeamChange) -> TeamOut:
    """Other words; they are looked at again. Raises NotFound, WrongState, StaleVersion."""
    team = await queries.get(actor, team_id, P.LEAD)
    await make(team, MOVES["change"], actor, version=body.version, name=body.name, intro=body.intro)
    return await queries.one(actor, team_id)


async def disband(actor: Actor, team_id: int) -> TeamOut:
    """End one's own team. Raises NotFound, WrongState."""
    team = await queries.get(actor, team_id, P.LEAD)
    await make(team, MOVES["disband"], actor)
    return await queries.one(actor, team_id)


async def hand_over(actor: Actor, team_id: int, body: HandOverBody) -> TeamOut:
    """Make a member the captain. Raises NotFound, WrongState."""
    team = await queries.get(actor, team_id, P.LEAD)
    member = await _member(team, body.member_id)
    if member.status is not M.MEMBER:
        raise NotFound("没有这位队员")
    await make(team, MOVES["hand-over"], actor, captain_id=member.user_id)
    await _tell(member.user_id, team, messages.CAPTAIN)
    return await queries.one(actor, team_id)


async def join(actor: Actor, team_id: int) -> TeamOut:
    """Ask to belong to a team of where one lives. Raises NotFound, NotAResident, AlreadyThere."""
    team = await queries.get(actor, team_id)
    if team.status is not T.ACTIVE:
        raise NotFound("没有这支队伍")
    await _check_home(actor, team.area_path)
    with duplicate_is(AlreadyThere()):
        await TeamMember.create(
            team=team,
            user_id=actor.user_id,
            live_key=_key(team.id, actor.user_id),
            asked_at=clock.now(),
        )
    await _tell(team.captain_id, team, messages.ASKED)
    return await queries.one(actor, team_id)


async def leave(actor: Actor, team_id: int) -> TeamOut:
    """Leave, or take the question back. Raises NotFound, Forbidden for the captain."""
    mine = TeamMember.filter(team_id=team_id, user_id=actor.user_id).exclude(live_key=None)
    member = await mine.prefetch_related("team").first()
    if member is None:
        raise NotFound("您不在这支队伍里")
    await _part(actor, member, "leave")
    return await queries.one(actor, team_id)


async def _part(actor: Actor, member: TeamMember, name: str) -> None:
    was_member = member.status is M.MEMBER
    now = clock.now()
    await make(member, MEMBER_MOVES[name], actor, live_key=None, decided_at=now)
    if was_member:
        await _count(member.team_id, -1)


async def _count(team_id: int, more: int) -> None:
    await execute("UPDATE teams_team SET members = members + ? WHERE id = ?", more, team_id)


async def _member(team: Team, member_id: int) -> TeamMember:
    wanted = TeamMember.filter(id=member_id, team_id=team.id).exclude(live_key=None)
    found = await wanted.first()
    if found is None:
        raise NotFound("没有这位队员")
    found.team = team
    return found


async def answer(actor: Actor, team_id: int, member_id: int, name: str) -> MemberOut:
    """The captain says `accept`, `refuse` or `remove`. Raises NotFound, WrongState."""
    team = await queries.get(actor, team_id, P.LEAD)
    member = await _member(team, member_id)
    if name == "accept":
        await make(member, MEMBER_MOVES[name], actor, decided_at=clock.now())
        await _count(team.id, 1)
        await _tell(member.user_id, team, messages.ACCEPTED)
    else:
        check(member, MEMBER_MOVES[name], actor)
        await _part(actor, member, name)
        await _tell(member.user_id, team, messages.DECLINED)
    return (await queries.members_shown(actor, team, [member]))[0]


async def _tell(
    user_id: int | None, team: Team, template: messages.Template, **values: str
) -> None:
    link = messages.PAGE.format(team.id)
    await notify.send(template, to=user_id or 0, link=link, name=team.name, **values)


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("teams_team", from_path, to_path)


async def forget(user_id: int) -> None:
    """A person left: a team of theirs goes to whoever has been in it longest, or ends."""
    for team in await Team.filter(captain_id=user_id):
        await _lose_captain(team, user_id)
    live = TeamMember.filter(user_id=user_id, status=M.MEMBER)
    for team_id in await live.values_list("team_id", flat=True):
        await _count(int(str(team_id)), -1)
    await TeamMember.filter(user_id=user_id).delete()


async def _lose_captain(team: Team, user_id: int) -> None:
    others = TeamMember.filter(team_id=team.id, status=M.MEMBER).exclude(user_id=user_id)
    heir = await others.order_by("decided_at", "id").first()
    await Team.filter(id=team.id).update(captain_id=heir and heir.user_id)
    if heir is not None:
        await _tell(heir.user_id, team, messages.CAPTAIN)
    elif team.status in MOVES["disband"].sources:
        await make(team, MOVES["disband"], SYSTEM)
