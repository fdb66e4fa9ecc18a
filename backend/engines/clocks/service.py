"""Starting, meeting, pausing, moving and firing deadlines.

Every change answers with the nearest deadline, which the order keeps in its own row.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from backend.core import clock
from backend.core.actor import Actor
from backend.core.clock import iso
from backend.core.database import execute, marks, moment, rows
from backend.core.errors import Forbidden
from backend.core.events import emit
from backend.engines.clocks import queries, rules
from backend.engines.clocks.events import DeadlineNear, OrderOverdue
from backend.engines.clocks.models import UNMET, CalendarDay, ClockPolicy, OrderClock
from backend.engines.clocks.permissions import P
from backend.engines.clocks.queries import Nearest
from backend.engines.clocks.rules import ClockKind, Policy
from backend.engines.clocks.schemas import DayBody, PolicyBody
from backend.foundation.audit import service as audit

BATCH = 200


async def start(
    order_id: int, round_: int, policy: Policy, hours: Mapping[str, int] | None = None
) -> Nearest:
    """Start the three clocks of a round now; `hours` by kind come before the policy's.

    What still ran from the round before is void: it was another party's.
    """
    now = clock.now()
    if round_ > 1:
        await stop(order_id, round_ - 1)
    is_workday = await queries.workdays(policy.calendar, now)
    made = []
    for kind in ClockKind:
        seconds = (hours or {}).get(kind.value, policy.hours(kind)) * 3600
        due = rules.after(now, seconds, policy.calendar, is_workday)
        remind = rules.after(now, seconds * policy.remind, policy.calendar, is_workday)
        made.append(
            OrderClock(
                order_id=order_id,
                round=round_,
                kind=kind,
                calendar=policy.calendar,
                started_at=now,
                due_at=due,
                remind_at=remind,
                fire_at=remind,
            )
        )
    await _write_down(made)
    return queries.nearest(made)


_COLUMNS = ("order_id", "round", "kind", "state", "calendar", "started_at", "due_at", "remind_at")
_NEW = f"INSERT INTO order_clock ({', '.join(_COLUMNS)}, fire_at, paused_seconds) VALUES "  # noqa: S608


async def _write_down(made: Sequence[OrderClock]) -> None:
    row = f"({marks(_COLUMNS)},?,0)"
    values = [getattr(one, name) for one in made for name in (*_COLUMNS, "fire_at")]
    await execute(_NEW + ",".join([row] * len(made)), *values)


async def _of(order_id: int, round_: int) -> list[OrderClock]:
    return await OrderClock.filter(order_id=order_id, round=round_).order_by("id")


async def meet(order_id: int, round_: int, kinds: Collection[ClockKind]) -> Nearest:
    """These are done now; in time or late is settled for good."""
    clocks = await _of(order_id, round_)
    await _end([one for one in clocks if one.kind in kinds], "met")
    return queries.nearest(clocks)


async def finish(order_id: int, round_: int) -> Nearest:
    """The work is done: `done` is met, and what was not needed for it is void."""
    await meet(order_id, round_, {ClockKind.DONE})
    return await stop(order_id, round_)


async def stop(order_id: int, round_: int) -> Nearest:
    """What still runs no longer counts. What was late stays late."""
    clocks = await _of(order_id, round_)
    await _end(clocks, "void")
    return queries.nearest(clocks)


async def _end(clocks: Sequence[OrderClock], in_time: str) -> None:
    now = clock.now()
    for one in clocks:
        if one.end(in_time, now):
            await one.save()


async def pause(order_id: int, round_: int) -> Nearest:
    now, clocks = clock.now(), await _of(order_id, round_)
    for one in clocks:
        if one.state == "running":
            one.state, one.paused_at, one.fire_at = "paused", now, None
            await one.save()
    return queries.nearest(clocks)


async def resume(order_id: int, round_: int) -> Nearest:
    """Go on with as much time as was left when it was paused."""
    now, clocks = clock.now(), await _of(order_id, round_)
    for one in clocks:
        if one.state == "paused" and one.paused_at is not None:
            await _go_on(one, one.paused_at, now)
            await one.save()
    return queries.nearest(clocks)


async def _go_on(one: OrderClock, paused_at: datetime, now: datetime) -> None:
    is_workday = await queries.workdays(one.calendar, min(paused_at, one.due_at))
    for name in ("due_at", "remind_at"):
        before = getattr(one, name)
        left = rules.counted(paused_at, before, one.calendar, is_workday)
        moved = rules.after(now, left, one.calendar, is_workday) if left > 0 else before
        setattr(one, name, moved)
    one.state, one.paused_at = "running", None
    one.paused_seconds += int((now - paused_at).total_seconds())
    one.fire_at = _next_word(one, paused_at)


def _next_word(one: OrderClock, since: datetime) -> datetime | None:
    """When a running clock next speaks, given that all before `since` was said."""
    if one.overdue_at is not None:
        return None
    return one.remind_at if one.remind_at > since else one.due_at


async def extend(order_id: int, round_: int, hours: int) -> Nearest:
    """Move `done` by so many counted hours from its deadline, and the reminder with it."""
    now, clocks = clock.now(), await _of(order_id, round_)
    for one in clocks:
        if one.kind is ClockKind.DONE and one.state in UNMET:
            is_workday = await queries.workdays(one.calendar, min(one.due_at, one.remind_at))
            for name in ("due_at", "remind_at"):
                later = rules.after(getattr(one, name), hours * 3600, one.calendar, is_workday)
                setattr(one, name, later)
            if one.due_at > now:
                one.overdue_at = None
            if one.state == "running":
                one.fire_at = _next_word(one, now)
            await one.save()
    return queries.nearest(clocks)


_DUE = (
    "SELECT id, order_id, kind, due_at, fire_at FROM order_clock "
    "WHERE fire_at <= ? ORDER BY fire_at LIMIT ?"
)
_REMINDED = "UPDATE order_clock SET fire_at = due_at WHERE id = ? AND fire_at < due_at"
_OVERDUE = "UPDATE order_clock SET fire_at = NULL, overdue_at = ? WHERE id = ? AND due_at <= ?"
_STILL = " AND state = 'running' AND fire_at <= ?"


async def fire_due(limit: int = BATCH) -> int:
    """Say what is due, each thing once however many workers look; how many were said."""
    now = clock.now()
    found = await rows(_DUE, now, limit)
    for row in found:
        await _fire(row, now)
    return len(found)


async def _fire(row: dict[str, object], now: datetime) -> None:
    """Overdue when the deadline has passed; a reminder is not sent after it."""
    order_id, kind = int(str(row["order_id"])), str(row["kind"])
    due = moment(row["due_at"]) or now
    if due <= now:
        if await execute(_OVERDUE + _STILL, now, row["id"], now, now) == 1:
            await emit(OrderOverdue(order_id, kind, iso(due)))
    elif await execute(_REMINDED + _STILL, row["id"], now) == 1:
        await emit(DeadlineNear(order_id, kind, iso(due)))


async def set_policy(actor: Actor, body: PolicyBody) -> None:
    """Set how long orders of a kind and grade may take; orders already running keep theirs.

    Raises Forbidden for who stands below the county: policies hold everywhere.
    """
    _answer_for_all(actor)
    values = body.model_dump(exclude={"order_kind", "grade"})
    await ClockPolicy.update_or_create(
        order_kind=body.order_kind or "",
        grade=body.grade,
        defaults={**values, "changed_by": actor.user_id, "changed_at": clock.now()},
    )
    subject = f"policy:{body.order_kind or '*'}:{body.grade}"
    await audit.record(actor, "clocks.policy_set", subject, **body.model_dump(mode="json"))


def _answer_for_all(actor: Actor) -> None:
    if not actor.may_for_all(P.SET):
        raise Forbidden("全县统一的时限由县级设置")


async def set_day(actor: Actor, body: DayBody) -> None:
    """Say that a day is worked or free. Raises Forbidden for who stands below the county."""
    _answer_for_all(actor)
    await CalendarDay.update_or_create(
        day=body.day, defaults={"is_workday": body.is_workday, "note": body.note}
    )
    subject = f"day:{body.day.isoformat()}"
    await audit.record(actor, "clocks.day_set", subject, is_workday=body.is_workday)
