"""Reading report-ins and tasks: one's own, and for a community's staff those of their places."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import below, marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.core.states import moves_open_to
from backend.features.report_ins import rules
from backend.features.report_ins.models import ReportIn, ReportTask, TaskClaim
from backend.features.report_ins.permissions import P
from backend.features.report_ins.rules import Kind
from backend.features.report_ins.schemas import (
    ClaimOut,
    ClaimsQuery,
    ReportOut,
    ReportsQuery,
    TaskOut,
    TasksQuery,
)
from backend.features.report_ins.states import CLAIM_MOVES, MOVES, TASK_MOVES, R, T
from backend.foundation.areas import queries as areas
from backend.foundation.departments import queries as departments
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity

_DONE = (
    "SELECT report_id, COUNT(*) AS n FROM report_ins_claim WHERE status = 'confirmed' "
    "AND report_id IN ({}) GROUP BY report_id"
)
_TO_CONFIRM = (
    "SELECT task_id, COUNT(*) AS n FROM report_ins_claim WHERE status = 'said' "
    "AND task_id IN ({}) GROUP BY task_id"
)


def _at(path: str) -> Q:
    first, end = below(path)
    return Q(area_path__gte=first, area_path__lt=end)


def _run(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in ("/",) if actor.is_system else actor.paths(P.RUN):
        scope |= _at(path)
    return scope


def visible_to(actor: Actor) -> QuerySet[ReportIn]:
    """One's own, and those at places where the actor runs them."""
    return ReportIn.filter(Q(user_id=actor.user_id) | _run(actor))


# -- report-ins ------------------------------------------------------------------------------------
async def get(actor: Actor, report_id: int) -> ReportIn:
    """Raises NotFound."""
    found = await visible_to(actor).filter(id=report_id).first()
    if found is None:
        raise NotFound("没有这条报到")
    return found


async def listed(actor: Actor, query: ReportsQuery) -> Page[ReportOut]:
    """Those at one's places, latest first. Raises NotFound for an unknown area."""
    chosen = ReportIn.filter(_run(actor))
    if query.area_id is not None:
        chosen = chosen.filter(_at(await areas.path_of(query.area_id)))
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def mine(actor: Actor) -> Page[ReportOut]:
    """One's own, latest first."""
    found = await ReportIn.filter(user_id=actor.user_id).order_by("-id").limit(50)
    return Page(items=await shown(actor, found))


async def confirmed(actor: Actor) -> list[ReportIn]:
    """Where the actor has reported in."""
    return await ReportIn.filter(user_id=actor.user_id, status=R.CONFIRMED)


async def shown(actor: Actor, found: Sequence[ReportIn]) -> list[ReportOut]:
    places = await areas.full_names(one.area_path for one in found)
    people = await identity.names(one.user_id for one in found if one.user_id)
    units = await departments.names(one.unit_id for one in found if one.unit_id)
    ids = [one.id for one in found]
    done = await rows(_DONE.format(marks(ids)), *ids) if ids else []
    counts = {int(row["report_id"]): int(row["n"]) for row in done}
    made = []
    for one in found:
        if one.kind is Kind.UNIT:
            name = units.get(one.unit_id or 0, "")
        else:
            whole = people[one.user_id].name if one.user_id in people else "已注销用户"
            name = whole if actor.may(P.RUN, one.area_path) else crypto.mask_name(whole)
        made.append(_shown(actor, one, (name, places[one.area_path]), counts.get(one.id, 0)))
    return made


def _shown(actor: Actor, one: ReportIn, called: tuple[str, str], done: int) -> ReportOut:
    names = "id kind area_id workplace strengths status reason asked_at version"
    facts: dict[str, Any] = {each: getattr(one, each) for each in names.split()}
    return ReportOut(
        **facts,
        kind_name=one.kind.label,
        name=called[0],
        area_name=called[1],
        status_name=one.status.label,
        done=done,
        moves=moves_open_to(MOVES, one, actor),
    )


# -- tasks -----------------------------------------------------------------------------------------
async def _tasks_for(actor: Actor) -> QuerySet[ReportTask]:
    """Where one has reported in, and where one runs them."""
    homes = [one.area_id for one in await confirmed(actor)]
    return ReportTask.filter(Q(area_id__in=homes or [0]) | _run(actor))


async def task(actor: Actor, task_id: int) -> ReportTask:
    """Raises NotFound."""
    found = await (await _tasks_for(actor)).filter(id=task_id).first()
    if found is None:
        raise NotFound("没有这个任务")
    return found


async def tasks(actor: Actor, query: TasksQuery) -> Page[TaskOut]:
    """A page of tasks, latest first. Raises NotFound for an unknown area."""
    chosen = (await _tasks_for(actor)).filter(status=T.CLOSED if query.over else T.OPEN)
    if query.area_id is not None:
        chosen = chosen.filter(_at(await areas.path_of(query.area_id)))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await tasks_shown(actor, items), next=after)


async def tasks_shown(actor: Actor, found: Sequence[ReportTask]) -> list[TaskOut]:
    places = await areas.full_names(one.area_path for one in found)
    homes = {one.area_id for one in await confirmed(actor)}
    ids = [one.id for one in found]
    mine = TaskClaim.filter(task_id__in=ids, user_id=actor.user_id).exclude(live_key=None)
    claims = {one.task_id: one for one in await mine} if ids else {}
    waiting = await rows(_TO_CONFIRM.format(marks(ids)), *ids) if ids else []
    counts = {int(row["task_id"]): int(row["n"]) for row in waiting}
    made = []
    for one in found:
        open_to_me = one.area_id in homes and one.id not in claims and _has_room(one)
        names = "id title text area_id minutes wanted taken due_at status version"
        facts: dict[str, Any] = {each: getattr(one, each) for each in names.split()}
        claim = claims.get(one.id)
        made.append(
            TaskOut(
                **facts,
                area_name=places[one.area_path],
                status_name=one.status.label,
                can_take=open_to_me,
                my_claim_id=claim and claim.id,
                my_status_name=claim and claim.status.label,
                to_confirm=counts.get(one.id, 0) if one.may(actor, P.RUN) else None,
                moves=moves_open_to(TASK_MOVES, one, actor),
            )
        )
    return made


def _has_room(one: ReportTask) -> bool:
    return one.status is T.OPEN and one.taken < one.wanted and one.due_at > clock.now()


async def over(limit: int) -> list[int]:
    """Open tasks whose time is over for good."""
    late = clock.now() - rules.GRACE
    found = ReportTask.filter(status=T.OPEN, due_at__lt=late).order_by("due_at").limit(limit)
    return [one.id for one in await found.only("id")]


# -- claims ----------------------------------------------------------------------------------------
async def claim(actor: Actor, claim_id: int) -> TaskClaim:
    """One's own, or one of a task at the actor's places, with its task. Raises NotFound."""
    found = await TaskClaim.get_or_none(id=claim_id).prefetch_related("task")
    is_near = found is not None and found.user_id == actor.user_id
    if found is None or not (is_near or found.task.may(actor, P.RUN)):
        raise NotFound("没有这次认领")
    return found


async def my_claims(actor: Actor, query: PageQuery) -> Page[ClaimOut]:
    """What one has taken, latest first."""
    return await _claims(actor, TaskClaim.filter(user_id=actor.user_id), query)


async def claims(actor: Actor, task_id: int, query: ClaimsQuery) -> Page[ClaimOut]:
    """Who took a task at one's places. Raises NotFound."""
    found = await task(actor, task_id)
    if not found.may(actor, P.RUN):
        raise NotFound("没有这个任务")
    chosen = TaskClaim.filter(task_id=task_id)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    return await _claims(actor, chosen, query)


async def _claims(actor: Actor, chosen: QuerySet[TaskClaim], query: PageQuery) -> Page[ClaimOut]:
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("task")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await claims_shown(actor, items), next=after)


async def claims_shown(actor: Actor, found: Sequence[TaskClaim]) -> list[ClaimOut]:
    links = await files.links(part for one in found for part in one.file_ids)
    people = await identity.names(one.user_id for one in found if one.user_id)
    made = []
    for one in found:
        whole = people[one.user_id].name if one.user_id in people else "已注销用户"
        names = "id task_id status proof reason taken_at version"
        facts: dict[str, Any] = {each: getattr(one, each) for each in names.split()}
        made.append(
            ClaimOut(
                **facts,
                task_title=one.task.title,
                minutes=one.task.minutes,
                due_at=one.task.due_at,
                name=whole if one.task.may(actor, P.RUN) else None,
                status_name=one.status.label,
                photos=[links[part] for part in one.file_ids if part in links],
                moves=moves_open_to(CLAIM_MOVES, one, actor),
            )
        )
    return made


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    reports = await ReportIn.filter(user_id=user_id).order_by("id")
    taken = await TaskClaim.filter(user_id=user_id).order_by("id").prefetch_related("task")
    return {
        "双报到": [
            {
                "类型": one.kind.label,
                "工作单位": one.workplace,
                "特长": one.strengths,
                "状态": one.status.label,
                "时间": one.asked_at,
            }
            for one in reports
        ],
        "认领的任务": [
            {"任务": one.task.title, "状态": one.status.label, "说明": one.proof} for one in taken
        ],
    }
