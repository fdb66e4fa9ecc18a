"""Keeping matters going, from the draft to the follow-up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.events import emit
from backend.core.states import make
from backend.engines.matters import queries
from backend.engines.matters.events import MatterMoved
from backend.engines.matters.models import Matter, MatterOrigin, MatterStatus, Milestone
from backend.engines.matters.permissions import P
from backend.engines.matters.schemas import (
    ExecuteBody,
    MatterEdit,
    MatterNew,
    StepBody,
    SummarizeBody,
)
from backend.engines.matters.states import MOVES
from backend.engines.orders import service as orders
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.codes import service as codes
from backend.foundation.files import service as files


async def step(one: Matter, name: str, actor: Actor, version: int | None = None, **to: Any) -> None:
    """Make a move of the table, write it into the audit, tell whoever reacts."""
    await make(one, MOVES[name], actor, version=version, **to)
    await audit.record(actor, f"matters.{name}", one.subject, one.area_path)
    await emit(MatterMoved(one.id, name))


# -- asking --------------------------------------------------------------------------------------
async def create(actor: Actor, body: MatterNew) -> Matter:
    """A draft. Raises NotFound for an area or a demand beyond the actor's, Invalid."""
    path = await areas.path_of(body.area_id)
    if not actor.may(P.KEEP, path):
        raise NotFound("没有这个区域")
    for order_id in dict.fromkeys(body.order_ids):
        await orders.get(actor, order_id)
    made = await Matter.create(
        **_columns(body),
        area_id=body.area_id,
        area_path=path,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    origins = [MatterOrigin(matter_id=made.id, order_id=o) for o in dict.fromkeys(body.order_ids)]
    await MatterOrigin.bulk_create(origins)
    await _attach(actor, made, body.file_ids)
    await audit.record(actor, "matters.created", made.subject, path, orders=len(origins))
    return made


def _columns(body: MatterNew) -> dict[str, Any]:
    _check_time(body.opinions_until)
    keys = [one.key for one in body.sections]
    if len(set(keys)) != len(keys):
        raise Invalid(fields={"sections": "版块编号重复"})
    return {
        "title": body.title,
        "text": body.text,
        "sections": [one.model_dump() | {"summary": ""} for one in body.sections],
        "opinions_until": body.opinions_until,
        "file_ids": body.file_ids,
    }


def _check_time(until: datetime) -> None:
    if until <= clock.now():
        raise Invalid(fields={"opinions_until": "截止时间要晚于现在"})


async def _attach(actor: Actor, one: Matter, file_ids: Sequence[int]) -> None:
    if file_ids:
        await files.attach(actor, list(file_ids), one.subject)


async def edit(actor: Actor, matter_id: int, body: MatterEdit) -> Matter:
    """Write the draft anew. Raises NotFound, WrongState, StaleVersion, Invalid."""
    one = await queries.kept(actor, matter_id)
    known = set(one.file_ids)
    await make(one, MOVES["edit"], actor, version=body.version, **_columns(body))
    await _attach(actor, one, [each for each in body.file_ids if each not in known])
    return one


async def publish(actor: Actor, matter_id: int, version: int | None) -> Matter:
    """Ask the neighbours. Raises NotFound, WrongState, Invalid when it is too late to."""
    one = await queries.kept(actor, matter_id)
    _check_time(one.opinions_until)
    area = await areas.get(one.area_id)
    label = f"议题：{one.title}"[:40]
    code = await codes.issue(actor, codes.CodeKind.MATTER, area, label=label, live_key=one.subject)
    told = {"published_at": clock.now(), "code_id": code.id}
    await step(one, "publish", actor, version, **told)
    return one


# -- shaping -------------------------------------------------------------------------------------
async def summarize(actor: Actor, matter_id: int, body: SummarizeBody) -> Matter:
    """Say what the opinions came to and what can be chosen from; said anew it replaces the former,
    as long as no vote is prepared. Raises NotFound, WrongState, Conflict, Invalid."""
    one = await queries.kept(actor, matter_id)
    _check_free(one)
    said = {each.key: each.summary for each in body.summaries}
    if set(said) != {each["key"] for each in one.sections}:
        raise Invalid(fields={"summaries": "请为每个版块写一段总结"})
    options = [each.model_dump() for each in body.options]
    if len({each["key"] for each in options}) != len(options):
        raise Invalid(fields={"options": "选项编号重复"})
    sections = [each | {"summary": said[each["key"]]} for each in one.sections]
    await step(one, "summarize", actor, body.version, sections=sections, options=options)
    return one


def _check_free(one: Matter) -> None:
    if one.voting_id is not None and one.status is MatterStatus.SHAPED:
        raise Conflict("已经准备投票，请先取消投票")


async def collect(actor: Actor, matter_id: int, until: datetime, version: int | None) -> Matter:
    """Ask once more. Raises NotFound, WrongState, Conflict while a vote is prepared, Invalid."""
    one = await queries.kept(actor, matter_id)
    _check_free(one)
    _check_time(until)
    await step(one, "collect", actor, version, opinions_until=until)
    return one


async def decide(actor: Actor, matter_id: int, decision: str, version: int | None) -> Matter:
    """Decided without a vote. Raises NotFound, WrongState, Conflict while one is prepared."""
    one = await queries.kept(actor, matter_id)
    _check_free(one)
    await step(one, "decide", actor, version, decision=decision, decided_at=clock.now())
    return one


async def withdraw(actor: Actor, matter_id: int, reason: str, version: int | None) -> Matter:
    """Give it up, with the reason. Raises NotFound, WrongState, Conflict."""
    one = await queries.kept(actor, matter_id)
    _check_free(one)
    await step(one, "withdraw", actor, version, decision=reason)
    if one.code_id is not None:
        await codes.withdraw(one.code_id)
    return one


# -- what a vote does to it ----------------------------------------------------------------------
async def ready(actor: Actor, matter_id: int) -> Matter:
    """The matter, sure that a vote may be prepared by the actor now. Raises NotFound, WrongState,
    Conflict."""
    one = await queries.kept(actor, matter_id)
    _check_free(one)
    return one


async def tie(actor: Actor, one: Matter, voting_id: int, version: int | None) -> None:
    """A vote is prepared: text and options stand still as long as it runs."""
    await make(one, MOVES["prepare"], actor, version=version, voting_id=voting_id)


async def untie(one: Matter) -> None:
    """The vote was cancelled: it can be shaped again."""
    name = "revert" if one.status is MatterStatus.VOTING else "prepare"
    await make(one, MOVES[name], SYSTEM, voting_id=None)


async def begin_vote(one: Matter) -> None:
    await step(one, "vote", SYSTEM)


async def settle(one: Matter, decision: str, *, has_passed: bool) -> None:
    """The vote is counted."""
    name = "pass" if has_passed else "fail"
    await step(one, name, SYSTEM, decision=decision, decided_at=clock.now())


# -- executing -----------------------------------------------------------------------------------
async def execute(actor: Actor, matter_id: int, body: ExecuteBody) -> Matter:
    """Begin, with the milestones that everybody can follow. Raises NotFound, WrongState."""
    one = await queries.kept(actor, matter_id)
    await step(one, "execute", actor, body.version)
    steps = [Milestone(matter_id=one.id, **each.model_dump()) for each in body.milestones]
    await Milestone.bulk_create(steps)
    return one


async def reach(actor: Actor, matter_id: int, milestone_id: int, body: StepBody) -> Matter:
    """A milestone is reached, with proof. Raises NotFound, WrongState, Conflict once it is."""
    one = await queries.kept(actor, matter_id)
    chosen = Milestone.filter(id=milestone_id, matter_id=one.id)
    if not await chosen.exists():
        raise NotFound("没有这个节点")
    await step(one, "step", actor)
    said = {"note": body.note, "file_ids": body.file_ids}
    done = {"done_at": clock.now(), "done_by": actor.user_id}
    if await chosen.filter(done_at=None).update(**said, **done) != 1:
        raise Conflict("这个节点已经完成")
    await _attach(actor, one, body.file_ids)
    return one


async def finish(actor: Actor, matter_id: int, version: int | None) -> Matter:
    """Everything is done. Raises NotFound, WrongState, Conflict while a milestone is open."""
    one = await queries.kept(actor, matter_id)
    if await Milestone.filter(matter_id=one.id, done_at=None).exists():
        raise Conflict("还有节点没有完成")
    await step(one, "finish", actor, version, done_at=clock.now())
    return one


async def follow_up(actor: Actor, matter_id: int, body: StepBody) -> Matter:
    """How it does some time later. Raises NotFound, WrongState."""
    one = await queries.kept(actor, matter_id)
    await step(one, "follow-up", actor)
    await Milestone.create(
        matter_id=one.id,
        title="回头看",
        is_follow_up=True,
        note=body.note,
        file_ids=body.file_ids,
        done_at=clock.now(),
        done_by=actor.user_id,
    )
    await _attach(actor, one, body.file_ids)
    return one
