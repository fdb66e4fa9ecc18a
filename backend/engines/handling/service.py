"""What a handler does with an order, from taking it to having it resolved."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.clock import iso
from backend.core.errors import Conflict, LinliError, NotFound, StaleVersion, WrongState
from backend.engines.boards import queries as boards
from backend.engines.clocks import service as clocks
from backend.engines.clocks.queries import ClockKind
from backend.engines.handling.schemas import (
    ArriveBody,
    ClosePartBody,
    ContactBody,
    ExtendBody,
    ResolveBody,
)
from backend.engines.orders import queries as reading
from backend.engines.orders import service as orders
from backend.engines.orders.queries import MoveBody, ReasonBody, ReplyBody
from backend.engines.orders.service import Order, OrderStatus, Stage, Step
from backend.foundation.identity import queries as identity
from backend.settings import settings

S = OrderStatus
ATTEMPTS = 3
CLOSED_AT_ONCE = 200


class AlreadyTaken(Conflict):
    code, title = "already_taken", "手慢了，已经有人接单"


async def take(actor: Actor, order_id: int, body: MoveBody) -> Order:
    """Exactly one wins. Raises AlreadyTaken with who is on it and the next order of the pool.

    Whoever has it already and taps again has it still. What changed besides (a resident urged)
    does not cost the take: only another taker does.
    """
    for _ in range(ATTEMPTS):
        order = await orders.get(actor, order_id)
        if order.handler_id == actor.user_id and order.status in reading.IN_HAND:
            return order
        if order.handler_id not in (None, actor.user_id):
            raise await _lost(order, actor)
        try:
            await _take(order, actor, body)
        except (StaleVersion, WrongState):
            raise
        except Conflict:
            continue
        return order
    raise Conflict


async def _take(order: Order, actor: Actor, body: MoveBody) -> None:
    role = orders.role_of(order, actor)
    await orders.move(
        order,
        "take",
        actor,
        version=body.version,
        handler_id=actor.user_id,
        handler_role=role,
        taken_at=clock.now(),
    )


async def _lost(order: Order, actor: Actor) -> LinliError:
    following = await boards.offered(actor, limit=1)
    name = reading.called(await identity.names([order.handler_id or 0]), order.handler_id or 0)
    return AlreadyTaken(
        f"{name}已经接单",
        handler_name=name,
        taken_at=iso(order.taken_at) if order.taken_at else None,
        next_order_id=following[0].id if following else None,
    )


async def decline(actor: Actor, order_id: int, body: ReasonBody) -> Order:
    """Give an assigned order back to the pool of the same party; the clocks run on."""
    order = await orders.ready(actor, order_id, "decline", body.version)
    step = Step(note=body.reason, is_public=False)
    await orders.move(order, "decline", actor, step, **orders.NOBODY)
    return order


async def contact(actor: Actor, order_id: int, body: ContactBody) -> Order:
    """Log a call; one that reached the resident meets the first clock."""
    order = await orders.ready(actor, order_id, "contact", body.version)
    changes: dict[str, Any] = {}
    target = order.status
    if body.outcome == "reached":
        target = S.CONTACTED if order.status == S.TAKEN else order.status
        changes = await _met(order, {ClockKind.CONTACT})
    step = Step(note=body.note, facts={"outcome": body.outcome})
    await orders.move(order, "contact", actor, step, to=target, **changes)
    return order


async def _met(order: Order, kinds: set[ClockKind]) -> dict[str, Any]:
    return (await clocks.meet(order.id, order.round, kinds)).columns()


async def arrive(actor: Actor, order_id: int, body: ArriveBody) -> Order:
    """Be on site, with place and pictures; whoever is there has made contact as well."""
    order = await orders.ready(actor, order_id, "arrive", body.version)
    changes = await _met(order, {ClockKind.CONTACT, ClockKind.ARRIVE})
    facts = body.model_dump(include={"latitude", "longitude", "place_text"}, exclude_none=True)
    step = Step(note=body.note, facts=facts, files={Stage.ARRIVAL: body.file_ids})
    await orders.move(order, "arrive", actor, step, **changes)
    return order


async def resolve(actor: Actor, order_id: int, body: ResolveBody) -> Order:
    """Have it done. Raises PartsOpen while a co-handler is not."""
    order = await orders.ready(actor, order_id, "resolve", body.version)
    orders.check_parts(order)
    changes = (await clocks.finish(order.id, order.round)).columns()
    files = {Stage.BEFORE: body.before_ids, Stage.AFTER: body.after_ids}
    now = clock.now()
    await orders.move(
        order,
        "resolve",
        actor,
        Step(note=body.result, files=files),
        resolved_at=now,
        close_at=now + timedelta(days=settings().close_after_days),
        **changes,
    )
    return order


async def suspend(actor: Actor, order_id: int, body: ReasonBody) -> Order:
    """Stop the clocks while something must be waited for; the resident reads why."""
    order = await orders.ready(actor, order_id, "suspend", body.version)
    changes = (await clocks.pause(order.id, order.round)).columns()
    step = Step(note=body.reason)
    await orders.move(order, "suspend", actor, step, suspended_from=str(order.status), **changes)
    return order


async def resume(actor: Actor, order_id: int, body: MoveBody) -> Order:
    """Go on where it stopped, with as much time as was left."""
    order = await orders.ready(actor, order_id, "resume", body.version)
    changes = (await clocks.resume(order.id, order.round)).columns()
    came_from = S(order.suspended_from or S.TAKEN)
    step = Step(facts={"by_dispatcher": order.handler_id != actor.user_id})
    await orders.move(order, "resume", actor, step, to=came_from, suspended_from=None, **changes)
    return order


async def extend(actor: Actor, order_id: int, body: ExtendBody) -> Order:
    """Ask for more time, with grounds; a dispatcher rules on it."""
    order = await orders.ready(actor, order_id, "extend", body.version)
    await orders.move(
        order,
        "extend",
        actor,
        Step(note=body.reason, facts={"hours": body.hours}),
        extension="pending",
        extension_hours=body.hours,
        extension_reason=body.reason,
    )
    return order


async def approve_extension(actor: Actor, order_id: int, body: MoveBody) -> Order:
    order = await orders.ready(actor, order_id, "approve-extension", body.version)
    hours = order.extension_hours or 0
    changes = (await clocks.extend(order.id, order.round, hours)).columns()
    step = Step(facts={"hours": hours})
    await orders.move(order, "approve-extension", actor, step, extension="approved", **changes)
    return order


async def refuse_extension(actor: Actor, order_id: int, body: ReasonBody) -> Order:
    order = await orders.ready(actor, order_id, "refuse-extension", body.version)
    step = Step(note=body.reason, is_public=False)
    await orders.move(order, "refuse-extension", actor, step, extension="refused")
    return order


async def reply(actor: Actor, order_id: int, body: ReplyBody) -> Order:
    """Say something to the resident, who reads it at once."""
    order = await orders.ready(actor, order_id, "reply", body.version)
    step = Step(note=body.text, files={Stage.EXTRA: body.file_ids})
    await orders.move(order, "reply", actor, step)
    return order


async def close_part(actor: Actor, order_id: int, body: ClosePartBody) -> Order:
    """Have one's own part done. Raises NotFound for a part that is not the actor's."""
    order = await orders.ready(actor, order_id, "close-part", body.version)
    part = next((one for one in order.parts if one.id == body.part_id), None)
    if part is None or part.closed_at or not reading.works_on(order, part, actor):
        raise NotFound("没有这项协办")
    step = Step(note=body.result, facts={"unit": part.unit_name, "part_id": part.id})
    # The move first: closing the last open part would close its own door.
    await orders.move(order, "close-part", actor, step)
    await orders.close_part(part, actor, body.result)
    return order


async def close(actor: Actor, order_id: int, body: MoveBody) -> Order:
    """End a resolved order that nobody rated."""
    order = await orders.ready(actor, order_id, "close", body.version)
    await orders.move(order, "close", actor, close_at=None)
    return order


async def close_unrated() -> int:
    """Close what was resolved long enough ago; how many were looked at."""
    due = Order.filter(close_at__lte=clock.now()).order_by("close_at").limit(CLOSED_AT_ONCE)
    found = await due.values_list("id", flat=True)
    for order_id in found:
        order = await orders.ready(SYSTEM, int(str(order_id)), "close")
        await orders.move(order, "close", SYSTEM, close_at=None)
    return len(found)
