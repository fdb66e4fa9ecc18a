"""Reminding people of what is overdue: not often, not at night, not against their will."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, transaction
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.jobs import enqueue, job
from backend.engines.tariffs import queries as tariffs
from backend.engines.tariffs.queries import yuan
from backend.features.arrears import messages, queries, rules
from backend.features.arrears.models import Muted, PaymentPlan, Reminder
from backend.features.arrears.permissions import P
from backend.features.arrears.queries import Key
from backend.features.arrears.schemas import (
    DebtorQuery,
    MuteBody,
    MuteOut,
    PlanBody,
    PlanOut,
    RemindBody,
    Reminded,
)
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.holdings import queries as holdings
from backend.foundation.notify import service as notify

AT_ONCE = 100
MOST = 2_000
"""Dwellings that one press reminds."""
LINK = "/pages/fees/index?dwelling={}"


async def remind(actor: Actor, body: RemindBody) -> Reminded:
    """Remind dwellings of the actor's firm that are overdue. Raises NotFound, Invalid."""
    if not body.dwelling_ids and body.area_id is None:
        raise Invalid(fields={"dwelling_ids": "请选择房屋，或一个区域"})
    path = await areas.path_of(body.area_id) if body.area_id else "/"
    if body.area_id and not actor.may(P.REMIND, path):
        raise NotFound("没有这个区域")
    keys, left_out = await _chosen(actor, body)
    delay = rules.wait(clock.now())
    for start in range(0, len(keys), AT_ONCE):
        some = [list(key) for key in keys[start : start + AT_ONCE]]
        await enqueue(send_all, delay=delay, keys=some, by=actor.user_id)
    said = {"dwellings": len(keys), "left_out": left_out}
    await audit.record(actor, "arrears.reminded", f"user:{actor.user_id}", path, **said)
    return Reminded(reminded=len(keys), left_out=left_out, at=clock.now() + delay)


async def _chosen(actor: Actor, body: RemindBody) -> tuple[list[Key], int]:
    """Who is to be reminded, and how many of those asked for are left out."""
    wanted = set(body.dwelling_ids)
    keys: list[Key] = []
    left_out, cursor = 0, None
    while len(keys) < MOST:
        query = DebtorQuery(area_id=body.area_id, min_days=body.min_days, limit=100, cursor=cursor)
        page = await queries.debtors(actor, query)
        for one in page.items:
            if wanted and one.dwelling_id not in wanted:
                continue
            left_out += not one.may_remind
            if one.may_remind:
                keys.append((one.unit_id, one.dwelling_id, one.tenure))
        cursor = page.next
        if cursor is None:
            break
    return keys, left_out


@job()
async def send_all(keys: list[list[int]], by: int) -> None:
    """Remind the holders of dwellings, each once a day at most, whoever else does it too."""
    for unit_id, dwelling_id, tenure in keys:
        await _send((unit_id, dwelling_id, tenure), by)


async def _send(key: Key, by: int) -> None:
    unit_id, dwelling_id, tenure = key
    now, today = clock.now(), clock.today()
    bills, owed = await queries.undisputed(*key, today)
    sent = (await queries.reminders([dwelling_id]))[key]
    has_plan = key in await queries.plans_of([dwelling_id])
    if not bills or has_plan or not rules.may_remind(sent, now):
        return
    people = await holdings.users_of(dwelling_id, tenure)
    silent = await queries.muted(people)
    told = [one for one in people if one not in silent]
    facts: dict[str, Any] = {"sent_at": now, "sent_by": by, "owed": owed, "people": len(told)}
    try:
        async with transaction():
            with duplicate_is(Conflict()):
                await Reminder.create(
                    unit_id=unit_id, dwelling_id=dwelling_id, tenure=tenure, day=today, **facts
                )
    except Conflict:
        return
    place = (await areas.places([dwelling_id]))[dwelling_id]
    said = {"place": place, "bills": bills, "amount": yuan(owed)}
    for user_id in told:
        link = LINK.format(dwelling_id)
        await notify.send(messages.REMINDER, to=user_id, link=link, **said)


async def remind_by_itself(after: Key = (0, 0, 0)) -> None:
    """The house reminds of what has been overdue for a week: a stretch, then the next."""
    due = clock.today() - timedelta(days=rules.GRACE_DAYS)
    keys = await queries.overdue_since(due, after, AT_ONCE)
    if keys:
        await send_all([list(key) for key in keys], SYSTEM.user_id)
        await enqueue(go_on, after=list(keys[-1]))


@job()
async def go_on(after: list[int]) -> None:
    await remind_by_itself((after[0], after[1], after[2]))


async def plan(actor: Actor, body: PlanBody) -> PlanOut:
    """Note what was agreed about paying later; another note takes the place of this one.

    Raises NotFound for a dwelling beyond the actor's firm's, Invalid."""
    today = clock.today()
    if not today <= body.until_on <= today + timedelta(days=366):
        raise Invalid(fields={"until_on": "应为今天起一年内"})
    home = await areas.dwelling(body.dwelling_id)
    path = home.area.path or ""
    units = [one for one in actor.units(P.REMIND) if tariffs.stands_for(actor, P.REMIND, one, path)]
    if not units:
        raise NotFound("没有这户")
    for unit_id in units:
        mine = PaymentPlan.filter(unit_id=unit_id, dwelling_id=home.id, tenure=body.tenure)
        await mine.filter(ended_at=None).update(ended_at=clock.now())
        await PaymentPlan.create(
            unit_id=unit_id,
            made_by=actor.user_id,
            made_at=clock.now(),
            **body.model_dump(),
        )
    await audit.record(actor, "arrears.plan", f"dwelling:{home.id}", path)
    return PlanOut(**body.model_dump())


async def mute(actor: Actor, body: MuteBody) -> MuteOut:
    """Be reminded, or not."""
    if not body.is_muted:
        await Muted.filter(user_id=actor.user_id).delete()
    elif not await Muted.filter(user_id=actor.user_id).exists():
        with duplicate_is(Conflict()):
            await Muted.create(user_id=actor.user_id, muted_at=clock.now())
    return MuteOut(is_muted=body.is_muted)


async def is_muted(actor: Actor) -> MuteOut:
    return MuteOut(is_muted=bool(await queries.muted([actor.user_id])))


async def forget(user_id: int) -> None:
    await Muted.filter(user_id=user_id).delete()
