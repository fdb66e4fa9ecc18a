"""Registering, reviewing, pausing, leaving."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tortoise.expressions import F

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, move_paths
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.events import emit
from backend.core.states import make
from backend.engines.craftsmen import messages, queries, rules, schemas
from backend.engines.craftsmen.events import (
    CraftsmanReviewed,
    CraftsmanStopped,
    CraftsmanSubmitted,
)
from backend.engines.craftsmen.models import CraftSkill, Craftsman, Engagement, sealed_paper
from backend.engines.craftsmen.rules import Part, Reach
from backend.engines.craftsmen.schemas import CraftsmanOut
from backend.engines.craftsmen.states import MOVES, CraftsmanStatus
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.identity import queries as identity
from backend.foundation.moderations import service as moderations
from backend.foundation.notify import service as notify
from backend.foundation.residents import queries as residents

ROOM = "craftsmen"
BATCH = 200


class NotAResident(Forbidden):
    code, title = "not_a_resident", "请先绑定住房并等社区确认，再登记或请师傅"


class Registered(Conflict):
    code, title = "registered", "您已经登记过了"


class Busy(Conflict):
    code, title = "busy", "这个时段已经有别的安排了"


def subject(one: Craftsman) -> str:
    """How files and the audit call it."""
    return f"craftsman:{one.id}"


async def register(actor: Actor, body: schemas.CraftsmanNew) -> CraftsmanOut:
    """Offer what one can; the community looks at it first. Raises Invalid, NotAResident,
    Registered."""
    homes = await residents.dwellings_of(actor.user_id)
    if not homes:
        raise NotAResident
    if await identity.phone_of(actor.user_id) is None:
        raise Invalid(fields={"phone": "请先验证手机号，接单后邻居才能联系您"})
    path = homes[0].area_path
    with duplicate_is(Registered()):
        one = await Craftsman.create(
            user_id=actor.user_id,
            area_path=path,
            submitted_at=clock.now(),
            **await _columns(path, body),
        )
    await _take_skills(actor, one, body)
    return await _submitted(actor, one)


async def _columns(path: str, body: schemas.CraftsmanNew) -> dict[str, Any]:
    levels = {one["level"]: one["path"] for one in await areas.along(path)}
    return {
        "called": body.called,
        "text": body.text,
        "reach": body.reach,
        "serves_path": levels.get(body.reach.value) or levels[Reach.COMMUNITY.value],
        "week": [sorted(set(day)) for day in body.week],
        "is_hidden": False,
    }


async def _take_skills(actor: Actor, one: Craftsman, body: schemas.CraftsmanNew) -> None:
    today = clock.today()
    late = [it for it in body.skills if it.expires_on is not None and it.expires_on < today]
    if late:
        raise Invalid(fields={"skills": f"{late[0].skill.label}的证件已过期"})
    await CraftSkill.filter(craftsman_id=one.id).delete()
    await files.release(actor.user_id, subject(one))
    await files.attach(actor, [it.file_id for it in body.skills if it.file_id], subject(one))
    for it in body.skills:
        await CraftSkill.create(
            craftsman=one,
            skill=it.skill,
            price=it.price,
            file_id=it.file_id,
            expires_on=it.expires_on,
            **sealed_paper(it.number),
        )


async def _submitted(actor: Actor, one: Craftsman) -> CraftsmanOut:
    await audit.record(actor, "craftsmen.submitted", subject(one), one.area_path)
    await emit(CraftsmanSubmitted(one.id))
    await moderations.judge(ROOM, one.id, actor.user_id, one.called, one.text)
    return await queries.mine(actor)


async def revise(actor: Actor, body: schemas.Revise) -> CraftsmanOut:
    """Change one's registration; it is looked at anew. Raises as `register`, NotFound."""
    one = await queries.get(actor, (await queries.mine(actor)).id)
    columns = await _columns(one.area_path, body)
    changes = columns | {"reason": "", "submitted_at": clock.now()}
    await make(one, MOVES["revise"], actor, version=body.version, **changes)
    await _take_skills(actor, one, body)
    await emit(CraftsmanStopped(one.id))
    return await _submitted(actor, one)


async def step(actor: Actor, move: str, body: schemas.Seen) -> CraftsmanOut:
    """`pause`, `resume` or `leave`, of one's own. Raises NotFound."""
    one = await queries.get(actor, (await queries.mine(actor)).id)
    await make(one, MOVES[move], actor, version=body.version)
    await audit.record(actor, f"craftsmen.{move}", subject(one), one.area_path)
    if one.status is not CraftsmanStatus.ACTIVE:
        await emit(CraftsmanStopped(one.id))
    return await queries.mine(actor)


async def rule(
    actor: Actor, craftsman_id: int, move: str, body: schemas.Seen, reason: str = ""
) -> CraftsmanOut:
    """`approve`, `refuse`, `suspend` or `restore`, by the community."""
    one = await queries.get(actor, craftsman_id)
    ruled: dict[str, Any] = {"reason": reason, "reviewed_by": actor.user_id}
    await make(one, MOVES[move], actor, version=body.version, **ruled)
    await audit.record(actor, f"craftsmen.{move}", subject(one), one.area_path)
    await emit(CraftsmanReviewed(one.id, move))
    if move == "suspend":
        await emit(CraftsmanStopped(one.id))
    return await queries.detail(actor, one.id)


async def rated(craftsman_id: int, stars: int) -> None:
    """A visit was rated."""
    await Craftsman.filter(id=craftsman_id).update(
        stars_sum=F("stars_sum") + stars, stars_count=F("stars_count") + 1
    )


async def visited(craftsman_id: int) -> None:
    """A visit was done, or a turn at a bench."""
    await Craftsman.filter(id=craftsman_id).update(done=F("done") + 1)


async def engage(
    craftsman_id: int, day: date, parts: Iterable[Part], owner: tuple[str, int]
) -> None:
    """Whoever is somewhere in a part of a day is nowhere else: `owner` is the thing of a room above
    that they are there for. Raises Busy."""
    for part in parts:
        with duplicate_is(Busy()):
            await Engagement.create(
                craftsman_id=craftsman_id,
                day=day,
                part=part,
                owner_kind=owner[0],
                owner_id=owner[1],
            )


async def disengage(owner_kind: str, *owner_ids: int) -> None:
    """What these things took of somebody's days is free again."""
    await Engagement.filter(owner_kind=owner_kind, owner_id__in=owner_ids).delete()


async def remind_of_papers() -> None:
    """Once for each end of a paper, a month before."""
    until = clock.today() + timedelta(days=rules.REMINDED_BEFORE)
    for one in await queries.ending(until, BATCH):
        await CraftSkill.filter(id=one.id).update(reminded_for=one.expires_on)
        await notify.send(
            messages.PAPER_ENDS,
            to=one.craftsman.user_id or 0,
            link=messages.OWN_PAGE,
            paper=rules.LICENCES.get(one.skill, "证件"),
            day=clock.spoken_day(one.expires_on) if one.expires_on else "",
            skill=one.skill.label,
        )


async def hide(craftsman_id: int) -> None:
    """Moderation found the words risky."""
    await Craftsman.filter(id=craftsman_id).update(is_hidden=True)


async def follow_area(from_path: str, to_path: str) -> None:
    """An area stands elsewhere: whoever lives below it, and whom they serve, follow."""
    for column in ("area_path", "serves_path"):
        await move_paths("craftsmen_craftsman", from_path, to_path, column=column)
    await move_paths("craftsmen_call", from_path, to_path)


async def forget(user_id: int) -> None:
    """Somebody left: their registration ends, papers and words go; visits stay, nameless."""
    one = await queries.of_user(user_id)
    if one is None:
        return
    if one.status in MOVES["leave"].sources:
        await make(one, MOVES["leave"], SYSTEM)
    await CraftSkill.filter(craftsman_id=one.id).delete()
    await files.detach(subject(one))
    await Craftsman.filter(id=one.id).update(user_id=None, called="已退出", text="")
    await emit(CraftsmanStopped(one.id))
