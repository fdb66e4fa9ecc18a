"""Promising, publishing, doing, confirming."""

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, execute, move_paths
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from backend.core.events import emit
from backend.core.states import make
from backend.features.pledges import messages, queries, rules
from backend.features.pledges.events import PledgeKept, StepConfirmed, TextWritten
from backend.features.pledges.models import Pledge, PledgeStep, PledgeVoice
from backend.features.pledges.permissions import P
from backend.features.pledges.schemas import DoneBody, PledgeNew, PledgeOut, VoiceBody
from backend.features.pledges.states import MOVES, STEP_MOVES, S, T
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.notify import service as notify


class NotAResident(Forbidden):
    code, title = "not_a_resident", "绑定本社区的房屋后才能参与"


class NoUnit(Forbidden):
    code, title = "no_unit", "您没有代表单位承诺的身份"


class SpokenAlready(Conflict):
    code, title = "spoken_already", "您已经确认过这一步了"


# -- promising -------------------------------------------------------------------------------------
async def promise(actor: Actor, body: PledgeNew) -> PledgeOut:
    """Promise a community something: as a resident, for one's unit, or what staff write down.

    What staff write down is published at once, the rest is looked at first. Raises NotFound,
    NotAResident, NoUnit, Invalid.
    """
    area = await areas.get(body.area_id)
    if area.level != Level.COMMUNITY:
        raise NotFound("请选择社区")
    if any(step.due_on < clock.today() for step in body.steps):
        raise Invalid(fields={"steps": "完成日期不能早于今天"})
    now = clock.now()
    pledge = Pledge(
        **body.model_dump(exclude={"steps", "for_unit"}), area_path=area.path or "", created_at=now
    )
    await _sign(actor, pledge, body)
    await pledge.save()
    for step in body.steps:
        await PledgeStep.create(pledge=pledge, title=step.title, due_on=step.due_on)
    if body.party:
        await make(pledge, MOVES["publish"], SYSTEM, published_at=now)
    await audit.record(actor, "pledges.made", _subject(pledge), pledge.area_path)
    await emit(TextWritten("pledge", pledge.id, actor.user_id))
    return await queries.one(actor, pledge.id)


async def _sign(actor: Actor, pledge: Pledge, body: PledgeNew) -> None:
    """Whose word it is."""
    if body.party:
        if not actor.may(P.RUN, pledge.area_path):
            raise NotFound("没有这个社区")
        return
    pledge.user_id = actor.user_id
    if body.for_unit:
        pledge.unit_id = next((post.unit_id for post in actor.posts if post.unit_id), None)
        if pledge.unit_id is None:
            raise NoUnit
    elif not await queries.lives_there(actor, pledge):
        raise NotAResident


def _subject(pledge: Pledge) -> str:
    return f"pledge:{pledge.id}"


async def decide(actor: Actor, pledge_id: int, name: str, reason: str = "") -> PledgeOut:
    """`publish` or `refuse` what somebody promised. Raises NotFound, Forbidden, WrongState."""
    pledge = await queries.get(actor, pledge_id)
    at = clock.now() if name == "publish" else None
    await make(pledge, MOVES[name], actor, reason=reason, published_at=at)
    await audit.record(actor, f"pledges.{name}", _subject(pledge), pledge.area_path)
    told = messages.PUBLISHED if name == "publish" else messages.REFUSED
    await _tell(pledge, told, reason=reason)
    return await queries.one(actor, pledge_id)


async def withdraw(actor: Actor, pledge_id: int) -> PledgeOut:
    """Take one's word back, while no resident has confirmed any of it. Raises NotFound, Forbidden,
    WrongState, Conflict."""
    pledge = await queries.get(actor, pledge_id)
    if await PledgeStep.filter(pledge_id=pledge.id, status=T.CONFIRMED).exists():
        raise Conflict("居民已经确认了一部分，不能撤回")
    await make(pledge, MOVES["withdraw"], actor)
    return await queries.one(actor, pledge_id)


# -- doing -----------------------------------------------------------------------------------------
async def say_done(actor: Actor, step_id: int, body: DoneBody) -> PledgeOut:
    """Say that a step is done, with what shows it. Raises NotFound, Forbidden, WrongState."""
    step = await _open_step(actor, step_id)
    await files.attach(actor, body.file_ids, f"pledge_step:{step.id}")
    await make(
        step,
        STEP_MOVES["say-done"],
        actor,
        proof=body.proof,
        file_ids=[*step.file_ids, *body.file_ids],
        is_hidden=False,
        reason="",
        said_at=clock.now(),
    )
    await emit(TextWritten("step", step.id, actor.user_id))
    return await queries.one(actor, step.pledge_id)


async def _open_step(actor: Actor, step_id: int) -> PledgeStep:
    step = await queries.step(actor, step_id)
    if step.pledge.status is not S.PUBLISHED:
        raise WrongState("这个承诺现在不在履行中")
    return step


async def give_back(actor: Actor, step_id: int, reason: str) -> PledgeOut:
    """What is said does not show it; what residents said of it counts no more.

    Raises NotFound, Forbidden, WrongState.
    """
    step = await _open_step(actor, step_id)
    await make(step, STEP_MOVES["return"], actor, reason=reason, yes=0, no=0)
    await PledgeVoice.filter(step_id=step.id).delete()
    await _tell(step.pledge, messages.RETURNED, step=step.title, reason=reason)
    return await queries.one(actor, step.pledge_id)


async def speak(actor: Actor, step_id: int, body: VoiceBody) -> PledgeOut:
    """A resident says whether a step was done: once. Raises NotFound, NotAResident, SpokenAlready,
    WrongState before it is said to be done, Conflict for one's own."""
    step = await _open_step(actor, step_id)
    if step.status is not T.SAID:
        raise WrongState("这一步现在不用确认")
    if step.pledge.is_by(actor):
        raise Conflict("不能确认自己的承诺")
    if not await queries.lives_there(actor, step.pledge):
        raise NotAResident
    with duplicate_is(SpokenAlready()):
        voice = await PledgeVoice.create(
            step=step, user_id=actor.user_id, said_at=clock.now(), **body.model_dump()
        )
    await _count(step, "yes" if body.is_kept else "no")
    if body.text:
        await emit(TextWritten("voice", voice.id, actor.user_id))
    return await queries.one(actor, step.pledge_id)


async def _count(step: PledgeStep, column: str) -> None:
    """The UPDATE holds the step's row until the commit: of two last voices one confirms it."""
    await execute(f"UPDATE pledges_step SET {column} = {column} + 1 WHERE id = ?", step.id)  # noqa: S608
    now = await PledgeStep.get(id=step.id)
    pledge = step.pledge
    if now.status is not T.SAID or not rules.is_enough(now.yes, now.no, pledge.wanted):
        return
    now.pledge = pledge
    await make(now, STEP_MOVES["confirm"], SYSTEM, confirmed_at=clock.now())
    await emit(StepConfirmed(now.id, pledge.id, pledge.user_id or 0, pledge.area_path))
    await _tell(pledge, messages.CONFIRMED, step=now.title)
    if not await PledgeStep.filter(pledge_id=pledge.id).exclude(status=T.CONFIRMED).exists():
        await _keep(pledge)


async def _keep(pledge: Pledge) -> None:
    await make(pledge, MOVES["keep"], SYSTEM, kept_at=clock.now())
    whose = (pledge.user_id or 0, pledge.unit_id or 0, pledge.area_path)
    await emit(PledgeKept(pledge.id, str(pledge.kind), *whose))
    await _tell(pledge, messages.KEPT)


async def _tell(pledge: Pledge, template: messages.Template, **values: str) -> None:
    link = messages.PAGE.format(pledge.id)
    said = {"title": pledge.title, **values}
    await notify.send(template, to=pledge.user_id or 0, link=link, **said)


# -- what others do --------------------------------------------------------------------------------
async def hide(kind: str, row_id: int) -> None:
    """Moderation found a text risky: only its writer and the staff read it from now on."""
    await queries.TEXTS[kind].filter(id=row_id).update(is_hidden=True)


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("pledges_pledge", from_path, to_path)


async def forget(user_id: int) -> None:
    """A person left: a unit's word stays the unit's, what they said counts on without a name."""
    own = Pledge.filter(user_id=user_id, unit_id=None)
    for pledge in await own.filter(status__in=list(MOVES["withdraw"].sources)):
        await make(pledge, MOVES["withdraw"], SYSTEM)
    await own.update(title="（已注销）", text="（已注销）", party="居民")
    await Pledge.filter(user_id=user_id).update(user_id=None)
    await PledgeVoice.filter(user_id=user_id).update(user_id=None, text="")
