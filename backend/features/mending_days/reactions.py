"""Telling residents, craftsmen and the community; following areas, craftsmen and people."""

from typing import Any

from backend.core.actor import SYSTEM
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.craftsmen.events import CraftsmanStopped
from backend.features.mending_days import messages, queries, rules, service
from backend.features.mending_days.events import (
    BenchSet,
    BenchWithdrawn,
    DayAnnounced,
    DayCalledOff,
)
from backend.features.mending_days.models import Bench, BenchStatus, DayStatus
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify
from backend.foundation.residents import queries as residents

AT_ONCE = 100


@on(DayAnnounced)
async def begin_to_tell_residents(event: DayAnnounced) -> None:
    await enqueue(tell_residents, day_id=event.day_id, after=0)


@job()
async def tell_residents(day_id: int, after: int) -> None:
    """So many residents at a time; the next ones are a job of their own."""
    day = await queries.get(SYSTEM, day_id)
    if day.status is not DayStatus.ANNOUNCED:
        return
    there = [one for one in await queries.benches_of(day.id) if one.status is BenchStatus.SET]
    skills = "、".join(dict.fromkeys(one.skill.label for one in there))
    said = {"starts": day.starts_at, "place": day.place, "skills": skills}
    waiting = [one for one in await residents.users_below(day.area_path) if one > after]
    for user_id in waiting[:AT_ONCE]:
        link = rules.PAGE.format(day.id)
        await notify.send(messages.ANNOUNCED, to=user_id, link=link, **said)
    if len(waiting) > AT_ONCE:
        await enqueue(tell_residents, day_id=day_id, after=waiting[AT_ONCE - 1])


def _words(one: Bench) -> dict[str, Any]:
    return {
        "starts": one.day.starts_at,
        "place": one.day.place,
        "skill": one.skill.label,
        "minutes": one.minutes,
        "called": one.craftsman.called,
    }


@on(BenchSet)
async def invite(event: BenchSet) -> None:
    one = await queries.bench_of(event.bench_id)
    link = rules.BENCH_PAGE.format(one.id)
    await notify.send(messages.INVITED, to=one.craftsman.user_id or 0, link=link, **_words(one))


@on(BenchWithdrawn)
async def tell_the_other(event: BenchWithdrawn) -> None:
    one = await queries.bench_of(event.bench_id)
    said, link = _words(one) | {"reason": one.reason}, rules.PAGE.format(one.day_id)
    if event.move == "withdraw":
        await notify.send(messages.WITHDRAWN, to=one.day.created_by or 0, link=link, **said)
    else:
        await notify.send(messages.DISMISSED, to=one.craftsman.user_id or 0, link=link, **said)


@on(DayCalledOff)
async def tell_craftsmen(event: DayCalledOff) -> None:
    for one in await queries.benches_of(event.day_id):
        if one.status is BenchStatus.SET:
            said, link = _words(one) | {"reason": one.day.reason}, rules.PAGE.format(one.day_id)
            to = one.craftsman.user_id or 0
            await notify.send(messages.DISMISSED, to=to, link=link, **said)


@on(CraftsmanStopped)
async def take_benches_away(event: CraftsmanStopped) -> None:
    await service.stopped(event.craftsman_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
