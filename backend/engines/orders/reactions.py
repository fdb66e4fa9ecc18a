"""Who is told what happens to an order. Messages are written by the worker, once."""

from datetime import datetime
from typing import Any

from backend.core.actor import Role
from backend.core.events import on
from backend.engines.clocks.events import DeadlineNear, OrderOverdue
from backend.engines.clocks.queries import ClockKind
from backend.engines.orders import events, messages, queries, rules, service
from backend.engines.orders.messages import Template
from backend.engines.orders.models import Order, OrderEvent, OrderPart, OrderStatus
from backend.engines.orders.permissions import COMMUNITY, DEPARTMENT, DISPATCHERS, PROPERTY
from backend.engines.orders.rules import Grade, Party
from backend.engines.orders.states import HELD, OFFERED
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify
from backend.settings import settings

MOST_TOLD = 20
_UNIT_ROLES = {Party.PROPERTY: PROPERTY, Party.DEPARTMENT: DEPARTMENT}


async def _send(template: Template, order: Order, to: int | None, **values: Any) -> None:
    if not to:
        return
    about = {
        "title": queries.HIDDEN_TITLE if order.is_hidden else order.title,
        "number": rules.number(order.id, order.created_at),
        "place": order.place,
        "unit": order.unit_name or "社区",
        "due": order.due_at or "",
        "handler": await _known(order.handler_id, order.handler_role),
        "grade": order.grade.label,
    }
    link = messages.DETAIL.format(order.id)
    await notify.send(template, to=to, link=link, **{**about, **values})


async def _known(user_id: int | None, role: str) -> str:
    """A member of staff as residents know them."""
    if not user_id:
        return ""
    names = await identity.names([user_id])
    return rules.staff_name(queries.called(names, user_id), role, settings().staff_names)


async def _dispatchers(order: Order) -> list[int]:
    """The nearest ones: the community's secretary, else the street, else the county."""
    found = await identity.people_at(order.area_path, DISPATCHERS)
    staff = [one for one in found if one.role is not Role.ADMINISTRATOR] or found
    return list(dict.fromkeys(one.user_id for one in staff if one.area_id == staff[0].area_id))[:5]


async def _unit_people(order: Order, party: str | None, unit_id: int | None) -> list[int]:
    if party not in _UNIT_ROLES or unit_id is None:
        return []
    found = await identity.people_at(order.area_path, _UNIT_ROLES[Party(party)])
    told = dict.fromkeys(one.user_id for one in found if one.unit_id == unit_id)
    return list(told)[:MOST_TOLD]


async def _community_people(order: Order) -> list[int]:
    found = await identity.people_at(order.area_path, COMMUNITY)
    return list(dict.fromkeys(one.user_id for one in found))[:MOST_TOLD]


async def _to_all(template: Template, order: Order, people: list[int], **values: Any) -> None:
    for one in people:
        await _send(template, order, one, **values)


async def _tell_dispatchers(template: Template, order: Order, **values: Any) -> None:
    await _to_all(template, order, await _dispatchers(order), **values)


@on(events.OrderReported)
async def tell_reporter(fact: events.OrderReported) -> None:
    """That it came in, and where it went when it was dispatched at once."""
    order = await Order.get(id=fact.order_id)
    is_out = order.status in OFFERED
    await _send(messages.DISPATCHED if is_out else messages.ACCEPTED, order, order.reporter_id)


@on(events.OrderWaits)
async def tell_dispatchers(fact: events.OrderWaits) -> None:
    order = await Order.get(id=fact.order_id)
    if order.status == OrderStatus.ACCEPTED:
        await _tell_dispatchers(messages.WAITS, order, why="没有把握自动派单")


@on(events.OrderDispatched)
async def tell_pool(fact: events.OrderDispatched) -> None:
    """A unit's people are told of each order; the community's look at the pool, and are told of
    what is urgent."""
    order = await Order.get(id=fact.order_id)
    if fact.actor_id:
        await _send(messages.DISPATCHED, order, order.reporter_id)
    people = await _unit_people(order, order.party, order.unit_id)
    if order.party == Party.COMMUNITY and order.grade is not Grade.YELLOW:
        people = await _community_people(order)
    await _to_all(messages.OFFERED, order, people)


@on(events.OrderAssigned)
async def tell_assigned(fact: events.OrderAssigned) -> None:
    order = await Order.get(id=fact.order_id)
    await _send(messages.ASSIGNED, order, fact.handler_id)


@on(events.OrderTaken)
async def tell_taken(fact: events.OrderTaken) -> None:
    order = await Order.get(id=fact.order_id)
    if order.handler_id is not None and order.reporter_id != order.handler_id:
        await _send(messages.TAKEN, order, order.reporter_id)


@on(events.OrderResolved)
async def tell_resolved(fact: events.OrderResolved) -> None:
    order = await Order.get(id=fact.order_id)
    said = await OrderEvent.get(id=fact.event_id)
    await _send(messages.RESOLVED, order, order.reporter_id, result=said.note)


@on(events.OrderReturned)
async def tell_returned(fact: events.OrderReturned) -> None:
    order = await Order.get(id=fact.order_id)
    said = await OrderEvent.get(id=fact.event_id)
    await _tell_dispatchers(messages.WAITS, order, why=f"被退回（{said.note}）")
    await _send(messages.RETURNED_RESIDENT, order, order.reporter_id)


@on(events.OrderReopened)
async def tell_reopened(fact: events.OrderReopened) -> None:
    order = await Order.get(id=fact.order_id)
    said = await OrderEvent.get(id=fact.event_id)
    people = await _dispatchers(order)
    last = said.facts.get("handler_id")
    known = [*people, last] if last and last not in people else people
    await _to_all(messages.REOPENED, order, known, reason=said.note)


@on(events.OrderReplied)
async def tell_replied(fact: events.OrderReplied) -> None:
    order = await Order.get(id=fact.order_id)
    said = await OrderEvent.get(id=fact.event_id)
    who = await _known(said.actor_id, said.actor_role)
    if order.reporter_id != fact.actor_id:
        await _send(messages.REPLIED, order, order.reporter_id, handler=who, text=said.note)


@on(events.CoHandlersAsked)
async def tell_co_handlers(fact: events.CoHandlersAsked) -> None:
    order = await Order.get(id=fact.order_id)
    said = await OrderEvent.get(id=fact.event_id)
    note = said.note or "请联系主办单位"
    for part in await OrderPart.filter(order_id=order.id, closed_at=None, asked_at__lte=said.at):
        people = await _unit_people(order, part.party, part.unit_id)
        if part.party == Party.COMMUNITY:
            people = await _community_people(order)
        if part.unit_id in said.facts.get("unit_ids", []):
            await _to_all(messages.CO_ASKED, order, people, unit=part.unit_name, note=note)


@on(events.PartClosed)
async def tell_part_closed(fact: events.PartClosed) -> None:
    order = await Order.get(id=fact.order_id)
    said = await OrderEvent.get(id=fact.event_id)
    unit = said.facts.get("unit", "")
    await _send(messages.PART_CLOSED, order, order.handler_id, unit=unit, result=said.note)


@on(events.OrderUrged)
async def tell_urged(fact: events.OrderUrged) -> None:
    order = await Order.get(id=fact.order_id)
    people = [order.handler_id] if order.handler_id else await _dispatchers(order)
    await _to_all(messages.URGED, order, people, count=order.urged)


@on(events.OrderSupplemented)
async def tell_supplemented(fact: events.OrderSupplemented) -> None:
    order = await Order.get(id=fact.order_id)
    said = await OrderEvent.get(id=fact.event_id)
    await _send(messages.SUPPLEMENTED, order, order.handler_id, text=said.note)


@on(events.OrderWithdrawn)
async def tell_withdrawn(fact: events.OrderWithdrawn) -> None:
    order = await Order.get(id=fact.order_id)
    await _send(messages.WITHDRAWN, order, order.handler_id)


@on(events.OrderRated)
async def tell_rated(fact: events.OrderRated) -> None:
    order = await Order.get(id=fact.order_id)
    await _send(messages.RATED, order, order.handler_id, stars=order.stars)


@on(events.OrderClosed)
async def tell_closed(fact: events.OrderClosed) -> None:
    order = await Order.get(id=fact.order_id)
    await _send(messages.CLOSED, order, order.reporter_id)


@on(events.TextHidden)
async def tell_hidden(fact: events.TextHidden) -> None:
    order = await Order.get(id=fact.order_id)
    await _tell_dispatchers(messages.HIDDEN, order)


@on(events.ExtensionAsked)
async def tell_extension_asked(fact: events.ExtensionAsked) -> None:
    order = await Order.get(id=fact.order_id)
    asked = {"hours": order.extension_hours, "reason": order.extension_reason}
    await _tell_dispatchers(messages.EXTENSION_ASKED, order, **asked)


@on(events.ExtensionRuled)
async def tell_extension_ruled(fact: events.ExtensionRuled) -> None:
    order = await Order.get(id=fact.order_id)
    is_granted = order.extension == "approved"
    ruling = "已同意" if is_granted else "未同意"
    await _send(messages.EXTENSION_RULED, order, order.handler_id, ruling=ruling)
    if is_granted:
        asked = {"hours": order.extension_hours, "reason": order.extension_reason}
        await _send(messages.EXTENDED, order, order.reporter_id, **asked)


@on(DeadlineNear)
async def remind(event: DeadlineNear) -> None:
    """The handler; while nobody has it, the unit it lies with, else the dispatcher."""
    order = await Order.get(id=event.order_id)
    if order.status not in HELD | OFFERED:
        return
    people = await _responsible(order)
    await _to_all(messages.NEAR, order, people, **_deadline(event.kind, event.due_at))


@on(OrderOverdue)
async def tell_overdue(event: OrderOverdue) -> None:
    """Into the history; to the handler, the dispatcher, and whoever reported."""
    order = await service.overdue(event.order_id, event.kind)
    told = _deadline(event.kind, event.due_at)
    people = dict.fromkeys([*await _responsible(order), *await _dispatchers(order)])
    await _to_all(messages.OVERDUE, order, list(people), **told)
    await _send(messages.OVERDUE_RESIDENT, order, order.reporter_id, **told)


async def _responsible(order: Order) -> list[int]:
    if order.handler_id is not None:
        return [order.handler_id]
    people = await _unit_people(order, order.party, order.unit_id)
    return people or await _dispatchers(order)


def _deadline(kind: str, due_at: str) -> dict[str, Any]:
    return {"clock": ClockKind(kind).label, "due": datetime.fromisoformat(due_at)}


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_move(event.from_path, event.to_path)
