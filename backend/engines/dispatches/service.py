"""Accepting, dispatching, assigning, returning, transferring, asking for help."""

from collections.abc import Sequence
from typing import Any

from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Conflict, Invalid, NotFound
from backend.engines.clocks import service as clocks
from backend.engines.dispatches import queries, rules
from backend.engines.dispatches.rules import Hand, Route
from backend.engines.dispatches.schemas import (
    AskBody,
    AssignBody,
    DispatchBody,
    Handlers,
    TransferBody,
)
from backend.engines.duties import queries as duty_list
from backend.engines.duties import service as duties
from backend.engines.orders import queries as reading
from backend.engines.orders import service as orders
from backend.engines.orders.queries import Grade, MoveBody, Party, ReasonBody
from backend.engines.orders.service import Order, OrderStatus, Step
from backend.foundation.departments import queries as departments
from backend.foundation.identity.queries import Person


class TooManyHandovers(Conflict):
    code, title = "too_many_handovers", "已多次转办，请退单由调度员裁定"


async def settle(order: Order, *, is_sure: bool) -> None:
    """The house's own decision on a new order: dispatched where it is sure, else it waits for a
    dispatcher. A repair in a compound with a firm is sure without a duty."""
    event_id = await orders.move(order, "accept", SYSTEM)
    kind = reading.kind_of(order.kind)
    firm = await queries.firm_at(order.area_path) if kind.party is Party.PROPERTY else None
    if not is_sure and not (firm and order.grade is Grade.YELLOW):
        await orders.tell_waiting(order, event_id, SYSTEM)
        return
    duty = order.duty if is_sure else None
    lead = await _lead(duty) if order.grade is not Grade.YELLOW else None
    chosen = rules.route(kind.party, order.grade, firm, lead)
    await _place(order, SYSTEM, chosen, Step(facts=_facts(order, chosen.main)))


async def _lead(duty: dict[str, Any] | None) -> Hand | None:
    return await queries.department_called(duty["department"]) if duty else None


def _facts(order: Order, main: Hand) -> dict[str, Any]:
    duty = order.duty or {}
    return {
        "unit": main.name,
        "duty": duty.get("item"),
        "grade": str(order.grade),
        "manner": order.grade.manner,
    }


async def _place(
    order: Order, actor: Actor, chosen: Route, step: Step, version: int | None = None
) -> None:
    """Hand the order over and start its clocks; the helpers are asked at once."""
    await orders.drop_parts(order)
    timing = await orders.begin(order, await _hours(order))
    await orders.move(
        order,
        "dispatch",
        actor,
        step,
        version=version,
        party=str(chosen.main.party),
        unit_id=chosen.main.unit_id,
        unit_name=chosen.main.name,
        grade=order.grade,
        duty=order.duty,
        duty_code=order.duty_code,
        **orders.NOBODY,
        **timing,
    )
    await _ask(order, actor, chosen.helpers, "")


async def _hours(order: Order) -> dict[str, int]:
    """The duty's own deadlines, where it has any."""
    if order.duty_code is None:
        return {}
    try:
        item = await duty_list.item(order.duty_code)
    except NotFound:
        return {}
    return dict(item.deadlines)


async def _ask(order: Order, actor: Actor, helpers: Sequence[Hand], note: str) -> None:
    asked = [
        one for one in helpers if await orders.ask(order, one.party, one.unit_id, one.name, note)
    ]
    if asked:
        names = "、".join(one.name for one in asked)
        facts = {"units": names, "unit_ids": [one.unit_id for one in asked]}
        await orders.move(order, "ask-co-handlers", actor, Step(note=note, facts=facts))


async def accept(actor: Actor, order_id: int, body: MoveBody) -> Order:
    """Take on what a kind leaves to people to accept."""
    order = await orders.ready(actor, order_id, "accept", body.version)
    await orders.move(order, "accept", actor)
    return order


async def dispatch(actor: Actor, order_id: int, body: DispatchBody) -> Order:
    """Put it before a party, with the duty and grade as ruled; the matcher learns from it."""
    order = await orders.ready(actor, order_id, "dispatch", body.version)
    if body.duty_code is not None:
        await _rule_duty(order, body.duty_code)
    if body.grade is not None:
        order.grade = body.grade
    lead = await _lead(order.duty)
    main = await _hand(order, body, lead)
    chosen = Route(main, rules.helpers_of(main, order.grade, lead))
    facts = {**_facts(order, main), "is_final": order.returned >= 2}
    await _place(order, actor, chosen, Step(note=body.note, facts=facts))
    return order


async def _rule_duty(order: Order, code: str) -> None:
    """The dispatcher's duty in place of the matched one. Raises Invalid for an unknown code."""
    if order.duty_code == code:
        return
    try:
        item = await duty_list.item(code)
    except NotFound as error:
        raise Invalid(fields={"duty_code": "职责清单里没有这一项"}) from error
    await duties.record_correction(order.text, order.title, order.duty_code, code)
    order.duty_code = code
    order.duty = {
        "code": code,
        "item": item.item,
        "department": item.lead,
        "sureness": 1.0,
        "words": [],
    }


async def _hand(order: Order, body: DispatchBody, lead: Hand | None) -> Hand:
    """Raises Invalid when the party has no such unit there."""
    if body.party == "community":
        return rules.COMMUNITY
    if body.unit_id is not None:
        chosen = await _unit(body.unit_id)
    elif body.party == "property":
        chosen = await queries.firm_at(order.area_path)
    else:
        chosen = lead
    if chosen is None or chosen.party != body.party:
        words = {"property": "这里没有物业公司", "department": "请选择部门"}[body.party]
        raise Invalid(fields={"unit_id": words})
    return chosen


async def _unit(unit_id: int) -> Hand | None:
    try:
        found = await departments.get(unit_id)
    except NotFound:
        return None
    return queries.hand_of(found) if found.is_active else None


async def assign(actor: Actor, order_id: int, body: AssignBody) -> Order:
    """Hand it to one person. Another party's person brings a new round of clocks; a colleague
    takes over with what is left. A firm's manager chooses among its own people."""
    order = await orders.ready(actor, order_id, "assign", body.version)
    same_hand = not reading.oversees(order, actor)
    person = await _person(order, body.handler_id, same_hand=same_hand)
    party = queries.party_of(person)
    unit_id = person.unit_id if party is not Party.COMMUNITY else None
    changes: dict[str, Any] = {}
    if (order.party, order.unit_id) != (party, unit_id):
        name = (await departments.names([unit_id])).get(unit_id, "") if unit_id else "社区"
        changes = {"party": str(party), "unit_id": unit_id, "unit_name": name}
    if changes or not order.round or order.clock is None:
        changes |= await orders.begin(order, await _hours(order))
    await orders.hand_to(order, "assign", actor, person, Step(note=body.note), **changes)
    return order


async def _person(order: Order, user_id: int, *, same_hand: bool) -> Person:
    people = await queries.people_for(order, same_hand=same_hand)
    found = next((one for one in people if one.user_id == user_id), None)
    if found is None or user_id == order.handler_id:
        raise Invalid(fields={"handler_id": "不能交给这个人"})
    return found


async def send_back(actor: Actor, order_id: int, body: ReasonBody) -> Order:
    """Return it to the dispatcher, with grounds (退单); the table allows it twice."""
    order = await orders.ready(actor, order_id, "return", body.version)
    timing = (await clocks.stop(order.id, order.round)).columns()
    await orders.drop_parts(order)
    step = Step(note=body.reason, is_public=False, facts={"unit": order.unit_name})
    await orders.move(
        order,
        "return",
        actor,
        step,
        returned=order.returned + 1,
        party=None,
        unit_id=None,
        unit_name="",
        **orders.NOBODY,
        **timing,
    )
    return order


async def transfer(actor: Actor, order_id: int, body: TransferBody) -> Order:
    """Pass it on to a colleague, or to another unit's pool; the clocks run on.

    Raises TooManyHandovers: between units it goes twice at most, then a dispatcher rules.
    """
    order = await orders.ready(actor, order_id, "transfer", body.version)
    step = Step(note=body.reason, is_public=False)
    if body.handler_id is not None:
        person = await _person(order, body.handler_id, same_hand=True)
        await orders.hand_to(order, "transfer", actor, person, step)
        return order
    if order.handovers >= reading.MOST_HANDOVERS or order.returned >= reading.MOST_RETURNS:
        raise TooManyHandovers
    unit = await _unit(body.unit_id or 0)
    if unit is None or unit.unit_id == order.unit_id:
        raise Invalid(fields={"unit_id": "不能转给这个单位"})
    await orders.move(
        order,
        "transfer",
        actor,
        Step(note=body.reason, is_public=False, facts={"unit": unit.name}),
        to=OrderStatus.POOLED,
        party=str(unit.party),
        unit_id=unit.unit_id,
        unit_name=unit.name,
        handovers=order.handovers + 1,
        **orders.NOBODY,
    )
    return order


async def ask_co_handlers(actor: Actor, order_id: int, body: AskBody) -> Order:
    """Ask units (and the community) to do a part; the order is resolved only after all parts.

    Raises Invalid for a unit that does not exist, has the order itself, or was asked already.
    """
    order = await orders.ready(actor, order_id, "ask-co-handlers", body.version)
    hands = [await _helper(order, one) for one in dict.fromkeys(body.unit_ids)]
    if body.with_community and order.party != Party.COMMUNITY:
        hands.append(rules.COMMUNITY)
    before = len(order.parts)
    await _ask(order, actor, hands, body.note)
    if len(order.parts) == before:
        raise Invalid(fields={"unit_ids": "已经请过这些单位"})
    return order


async def _helper(order: Order, unit_id: int) -> Hand:
    hand = await _unit(unit_id)
    if hand is None or unit_id == order.unit_id:
        raise Invalid(fields={"unit_ids": "不能请这个单位协办"})
    return hand


async def handlers(actor: Actor, order_id: int) -> Handlers:
    """Whom the order can be handed to. Raises NotFound."""
    return await queries.handlers(actor, await orders.get(actor, order_id))
