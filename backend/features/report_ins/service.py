"""Reporting in, taking tasks, confirming them."""

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, execute, move_paths
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.hours import service as hours
from backend.engines.hours.queries import ConfirmBody
from backend.engines.hours.service import Service
from backend.features.report_ins import messages, queries
from backend.features.report_ins.events import ReportedIn, TaskConfirmed
from backend.features.report_ins.models import Kind, ReportIn, ReportTask, TaskClaim
from backend.features.report_ins.permissions import P
from backend.features.report_ins.rules import GRACE, KIND
from backend.features.report_ins.schemas import (
    ClaimOut,
    DoneBody,
    ReportNew,
    ReportOut,
    TaskNew,
    TaskOut,
)
from backend.features.report_ins.states import CLAIM_MOVES, HOLDING, MOVES, TASK_MOVES, C, R, T
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.notify import service as notify
from backend.foundation.residents import queries as residents


class ReportedAlready(Conflict):
    code, title = "reported_already", "已经报到过了，转出后才能到别的社区报到"


class NotYourHome(Forbidden):
    code, title = "not_your_home", "请到您居住的社区报到"


class NoUnit(Forbidden):
    code, title = "no_unit", "您没有代表单位报到的身份"


class TaskFull(Conflict):
    code, title = "task_full", "这个任务已经有足够的人认领"


class NotReported(Forbidden):
    code, title = "not_reported", "先到这个社区报到，确认后再认领"


# -- reporting in ----------------------------------------------------------------------------------
async def report(actor: Actor, body: ReportNew) -> ReportOut:
    """Report to a community: a member where they live, a unit by somebody who stands for it.

    Raises NotFound, NotYourHome, NoUnit, ReportedAlready.
    """
    area = await areas.get(body.area_id)
    if area.level != Level.COMMUNITY:
        raise NotFound("请选择社区")
    path, unit_id = area.path or "", None
    if body.kind is Kind.PERSON:
        homes = await residents.dwellings_of(actor.user_id)
        if not any(one.area_path.startswith(path) for one in homes):
            raise NotYourHome
    else:
        unit_id = next((post.unit_id for post in actor.posts if post.unit_id), None)
        if unit_id is None:
            raise NoUnit
    key = f"d{unit_id}:{area.id}" if unit_id else f"u{actor.user_id}"
    with duplicate_is(ReportedAlready()):
        made = await ReportIn.create(
            **body.model_dump(),
            user_id=actor.user_id,
            unit_id=unit_id,
            area_path=path,
            live_key=key,
            asked_at=clock.now(),
        )
    return (await queries.shown(actor, [made]))[0]


async def decide(actor: Actor, report_id: int, name: str, reason: str = "") -> ReportOut:
    """`confirm` or `refuse`; nobody's own. Raises NotFound, Forbidden, WrongState."""
    found = await queries.get(actor, report_id)
    check(found, MOVES[name], actor)
    key = found.live_key if name == "confirm" else None
    now = clock.now()
    await make(found, MOVES[name], actor, reason=reason, live_key=key, decided_at=now)
    await audit.record(actor, f"report_ins.{name}", f"report_in:{found.id}", found.area_path)
    place = (await areas.full_names([found.area_path]))[found.area_path]
    template = messages.CONFIRMED if name == "confirm" else messages.REFUSED
    said = {"area": place, "reason": reason}
    await notify.send(template, to=found.user_id or 0, link=messages.PAGE, **said)
    if name == "confirm":
        await emit(ReportedIn(found.id, found.kind, found.user_id or 0, found.area_path))
    return (await queries.shown(actor, [found]))[0]


async def end(actor: Actor, report_id: int) -> ReportOut:
    """Leave the community. Raises NotFound, WrongState, Conflict with tasks in hand."""
    found = await queries.get(actor, report_id)
    check(found, MOVES["end"], actor)
    in_hand = TaskClaim.filter(report_id=found.id, status__in=[C.TAKEN, C.SAID])
    if await in_hand.exists():
        raise Conflict("还有没完成的任务，请先完成或放弃")
    await make(found, MOVES["end"], actor, live_key=None, decided_at=clock.now())
    return (await queries.shown(actor, [found]))[0]


# -- tasks -----------------------------------------------------------------------------------------
async def open_task(actor: Actor, body: TaskNew) -> TaskOut:
    """Ask something of those who have reported in. Raises NotFound, Invalid."""
    area = await areas.get(body.area_id)
    path = area.path or ""
    if area.level != Level.COMMUNITY or not actor.may(P.RUN, path):
        raise NotFound("没有这个社区")
    if body.due_at.tzinfo is None or body.due_at <= clock.now():
        raise Invalid(fields={"due_at": "完成时间要晚于现在，并带时区"})
    made = await ReportTask.create(
        **body.model_dump(), area_path=path, created_by=actor.user_id, created_at=clock.now()
    )
    await audit.record(actor, "report_ins.task", f"report_task:{made.id}", path)
    return (await queries.tasks_shown(actor, [made]))[0]


async def close(actor: Actor, task_id: int) -> TaskOut:
    """Nobody takes it any more; who has it in hand goes on. Raises NotFound, WrongState."""
    task = await queries.task(actor, task_id)
    await make(task, TASK_MOVES["close"], actor)
    return (await queries.tasks_shown(actor, [task]))[0]


async def take(actor: Actor, task_id: int) -> ClaimOut:
    """Take a task. Raises NotFound, NotReported, TaskFull, Conflict when one has it already."""
    task = await queries.task(actor, task_id)
    homes = [one for one in await queries.confirmed(actor) if one.area_id == task.area_id]
    if not homes:
        raise NotReported
    sql = (
        "UPDATE report_ins_task SET taken = taken + 1 WHERE id = ? AND status = 'open' "
        "AND taken < wanted AND due_at > ?"
    )
    if await execute(sql, task.id, clock.now()) != 1:
        raise TaskFull("任务已截止" if task.due_at <= clock.now() else "")
    with duplicate_is(Conflict("您已经认领了这个任务")):
        made = await TaskClaim.create(
            task=task,
            report=homes[0],
            user_id=actor.user_id,
            live_key=f"{task.id}:{homes[0].id}",
            taken_at=clock.now(),
        )
    return (await queries.claims_shown(actor, [made]))[0]


async def say_done(actor: Actor, claim_id: int, body: DoneBody) -> ClaimOut:
    """Say that it is done, with what shows it. Raises NotFound, WrongState, Conflict too late."""
    claim = await queries.claim(actor, claim_id)
    check(claim, CLAIM_MOVES["say-done"], actor)
    if claim.task.due_at + GRACE < clock.now():
        raise Conflict("已经过了完成时间")
    await files.attach(actor, body.file_ids, f"task_claim:{claim.id}")
    await make(
        claim,
        CLAIM_MOVES["say-done"],
        actor,
        said_at=clock.now(),
        reason="",
        proof=body.proof,
        file_ids=[*claim.file_ids, *body.file_ids],
    )
    return (await queries.claims_shown(actor, [claim]))[0]


async def give_up(actor: Actor, claim_id: int) -> ClaimOut:
    """Let somebody else do it. Raises NotFound, WrongState."""
    claim = await queries.claim(actor, claim_id)
    await _let_go(claim, "give-up", actor)
    return (await queries.claims_shown(actor, [claim]))[0]


async def _let_go(claim: TaskClaim, name: str, actor: Actor) -> None:
    await make(claim, CLAIM_MOVES[name], actor, live_key=None)
    await execute("UPDATE report_ins_task SET taken = taken - 1 WHERE id = ?", claim.task_id)


async def confirm(actor: Actor, claim_id: int) -> ClaimOut:
    """It was done: its minutes are the member's. Raises NotFound, Forbidden for one's own, …"""
    claim = await queries.claim(actor, claim_id)
    await make(claim, CLAIM_MOVES["confirm"], actor, confirmed_at=clock.now())
    task, user_id = claim.task, claim.user_id
    await emit(TaskConfirmed(claim.id, task.id, user_id or 0, task.minutes, task.area_path))
    if user_id is not None:
        await _credit(actor, claim, task, user_id)
        await _tell(claim, messages.ACCEPTED)
    return (await queries.claims_shown(actor, [claim]))[0]


async def _credit(actor: Actor, claim: TaskClaim, task: ReportTask, user_id: int) -> None:
    day = clock.local(claim.said_at or clock.now()).date()
    service = Service(
        key=f"task_claim:{claim.id}",
        user_id=user_id,
        owner_kind=KIND,
        owner_id=task.id,
        title=task.title,
        area_path=task.area_path,
        served_on=day,
        minutes=task.minutes,
    )
    hour = await hours.propose(service)
    hour.is_hosted = True
    await hours.confirm(actor, hour, ConfirmBody(), is_staff=True)


async def give_back(actor: Actor, claim_id: int, reason: str) -> ClaimOut:
    """What is said does not show it yet. Raises NotFound, WrongState."""
    claim = await queries.claim(actor, claim_id)
    await make(claim, CLAIM_MOVES["return"], actor, reason=reason)
    await _tell(claim, messages.RETURNED, reason=reason)
    return (await queries.claims_shown(actor, [claim]))[0]


async def _tell(claim: TaskClaim, template: messages.Template, **values: str) -> None:
    said = {"title": claim.task.title, **values}
    await notify.send(template, to=claim.user_id or 0, link=messages.PAGE, **said)


async def close_late(task_id: int) -> None:
    """Its time is over: what was taken and not done is let go, the rest is waited for."""
    task = await ReportTask.get(id=task_id)
    if task.status is not T.OPEN or task.due_at + GRACE > clock.now():
        return
    for claim in await TaskClaim.filter(task_id=task.id, status=C.TAKEN).prefetch_related("task"):
        await _let_go(claim, "lapse", SYSTEM)
        await _tell(claim, messages.LAPSED)
    await make(task, TASK_MOVES["close"], SYSTEM)


async def follow_area(from_path: str, to_path: str) -> None:
    for table in ("report_ins_report", "report_ins_task"):
        await move_paths(table, from_path, to_path)


async def forget(user_id: int) -> None:
    """A person left: what they had in hand is free, a unit stays reported in without them."""
    mine = TaskClaim.filter(user_id=user_id)
    for claim in await mine.filter(status=C.TAKEN).prefetch_related("task"):
        await _let_go(claim, "give-up", SYSTEM)
    await mine.filter(status__in=list(HOLDING)).update(user_id=None, proof="", live_key=None)
    await mine.update(user_id=None, proof="")
    persons = ReportIn.filter(user_id=user_id, kind=Kind.PERSON)
    for one in await persons.filter(status__in=[R.ASKED, R.CONFIRMED]):
        await make(one, MOVES["end"], Actor(user_id), live_key=None)
    await persons.update(workplace="", strengths="", live_key=None)
    await ReportIn.filter(user_id=user_id).update(user_id=None)
