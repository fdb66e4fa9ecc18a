"""Saying something to a matter, liking what others said, hiding what must not stand there."""

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import duplicate_is, execute
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound
from backend.engines.matters import queries as matters
from backend.engines.matters.queries import Matter
from backend.engines.opinions import queries
from backend.engines.opinions.models import Opinion, OpinionLike
from backend.engines.opinions.permissions import P
from backend.engines.opinions.schemas import OpinionNew, OpinionOut
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.moderations import service as moderations
from backend.foundation.residents import queries as residents

ROOM = "opinions"
RISKY = "内容未通过审核"


class OpinionsClosed(Conflict):
    code, title = "opinions_closed", "征求意见已经结束"


async def write(actor: Actor, matter_id: int, body: OpinionNew) -> OpinionOut:
    """Say something to a section. Raises NotFound, Forbidden without a home there, OpinionsClosed,
    Invalid."""
    matter = await matters.get(actor, matter_id)
    place = await _place(actor, matter)
    if not matters.hears(matter):
        raise OpinionsClosed
    if body.section not in {one["key"] for one in matter.sections}:
        raise Invalid(fields={"section": "没有这个版块"})
    made = await Opinion.create(
        matter_id=matter.id,
        section=body.section,
        author_id=actor.user_id,
        place=place,
        text=body.text,
        file_ids=body.file_ids,
        at=clock.now(),
    )
    if body.file_ids:
        await files.attach(actor, body.file_ids, f"opinion:{made.id}")
    await moderations.judge(ROOM, made.id, actor.user_id, body.text)
    return (await queries.shown(actor, matter, [made]))[0]


async def _place(actor: Actor, matter: Matter) -> str:
    """The building of the actor's home within the matter's area. Raises Forbidden without one."""
    homes = await residents.dwellings_of(actor.user_id)
    home = next((one for one in homes if one.area_path.startswith(matter.area_path)), None)
    if home is None:
        raise Forbidden("只有本小区认证的居民可以发表意见")
    along = await areas.ancestors(home.area_path)
    return along[Level.BUILDING].name if Level.BUILDING in along else "本小区"


async def like(actor: Actor, opinion_id: int) -> OpinionOut:
    """Once per person; a second time does no harm. Raises NotFound, Forbidden, OpinionsClosed."""
    matter, one = await queries.get(actor, opinion_id)
    await _place(actor, matter)
    if not matters.hears(matter):
        raise OpinionsClosed
    if not await OpinionLike.filter(opinion_id=one.id, user_id=actor.user_id).exists():
        with duplicate_is(Conflict()):
            await OpinionLike.create(opinion_id=one.id, user_id=actor.user_id)
        await execute("UPDATE opinions_opinion SET likes = likes + 1 WHERE id = ?", one.id)
        one.likes += 1
    return (await queries.shown(actor, matter, [one]))[0]


async def unlike(actor: Actor, opinion_id: int) -> OpinionOut:
    """Take it back. Raises NotFound, OpinionsClosed."""
    matter, one = await queries.get(actor, opinion_id)
    if not matters.hears(matter):
        raise OpinionsClosed
    if await OpinionLike.filter(opinion_id=one.id, user_id=actor.user_id).delete():
        await execute("UPDATE opinions_opinion SET likes = likes - 1 WHERE id = ?", one.id)
        one.likes -= 1
    return (await queries.shown(actor, matter, [one]))[0]


async def hide(actor: Actor, opinion_id: int, reason: str) -> OpinionOut:
    """Staff take it from sight, with a reason its writer reads. Raises NotFound."""
    matter, one = await queries.get(actor, opinion_id)
    if not actor.may(P.HIDE, matter.area_path):
        raise NotFound("没有这条意见")
    await Opinion.filter(id=one.id).update(hidden_because=reason)
    one.hidden_because = reason
    detail = {"reason": reason}
    await audit.record(actor, "opinions.hidden", f"opinion:{one.id}", matter.area_path, **detail)
    return (await queries.shown(actor, matter, [one]))[0]


async def hide_risky(opinion_id: int) -> None:
    """Moderation found it risky."""
    await Opinion.filter(id=opinion_id, hidden_because="").update(hidden_because=RISKY)


async def forget(user_id: int) -> None:
    """A person left: what was said stays, by whom does not."""
    await Opinion.filter(author_id=user_id).update(author_id=None)
    await OpinionLike.filter(user_id=user_id).delete()
