"""Whom an order can be handed to."""

from collections.abc import Sequence
from typing import Any

from backend.core.actor import Actor, Post
from backend.core.database import marks, rows
from backend.engines.dispatches.rules import Hand
from backend.engines.dispatches.schemas import Handler, Handlers
from backend.engines.orders import queries as orders
from backend.engines.orders.queries import Party, UnitOut
from backend.engines.orders.service import Order
from backend.foundation.departments import queries as departments
from backend.foundation.identity import queries as identity
from backend.foundation.identity.queries import Person

_BUSY = (
    "SELECT handler_id, COUNT(*) AS n FROM orders_order WHERE handler_id IN ({}) AND status IN "
    "('assigned','taken','contacted','arrived','suspended') GROUP BY handler_id"
)


async def firm_at(area_path: str) -> Hand | None:
    """The property firm that answers for the place."""
    found = await departments.property_of(area_path)
    return hand_of(found) if found else None


async def department_called(name: str | None) -> Hand | None:
    found = await departments.by_name(name) if name else None
    return hand_of(found) if found else None


def hand_of(unit: Any) -> Hand:
    """A department of departments.queries as a hand."""
    is_firm = str(unit.kind) == "property"
    return Hand(Party.PROPERTY if is_firm else Party.DEPARTMENT, unit.id, unit.name)


def fits(order: Order, person: Person, *, same_hand: bool) -> bool:
    """Whether the person can be handed the order; `same_hand`: without changing its party."""
    if not same_hand:
        return True
    if order.party == Party.COMMUNITY:
        return party_of(person) is Party.COMMUNITY
    return bool(person.unit_id == order.unit_id)


def party_of(person: Person) -> Party:
    """For whom somebody would handle an order that is assigned to them."""
    post = Post(0, person.role, person.area_id, "", person.unit_id)
    return orders.party_of(post) or Party.COMMUNITY


async def people_for(order: Order, *, same_hand: bool) -> list[Person]:
    """Everyone with a post at, above or inside the place, each once, the fitting post first."""
    found = await identity.people_at(order.area_path, orders.HANDLERS, is_below=True)
    fitting = [one for one in found if fits(order, one, same_hand=same_hand)]
    fitting.sort(key=lambda one: not fits(order, one, same_hand=True))
    by_user: dict[int, Person] = {}
    for one in fitting:
        by_user.setdefault(one.user_id, one)
    return list(by_user.values())


async def handlers(actor: Actor, order: Order) -> Handlers:
    """Whom the actor could assign or transfer the order to, the least busy first."""
    same_hand = not orders.oversees(order, actor)
    people = await people_for(order, same_hand=same_hand)
    people = [one for one in people if one.user_id not in (actor.user_id, order.handler_id)]
    busy = await _in_hand([one.user_id for one in people])
    names = await departments.names(one.unit_id for one in people if one.unit_id)
    items = [
        Handler(
            user_id=one.user_id,
            name=one.name,
            role=str(one.role),
            role_name=one.role.label,
            unit=one.unit_id and UnitOut(id=one.unit_id, name=names.get(one.unit_id, "")),
            in_hand=busy.get(one.user_id, 0),
        )
        for one in people[:200]
    ]
    items.sort(key=lambda one: one.in_hand)
    units = await departments.serving(order.area_path)
    offered = [UnitOut(id=one.id, name=one.name) for one in units if one.id != order.unit_id]
    return Handlers(items=items, units=offered)


async def _in_hand(user_ids: Sequence[int]) -> dict[int, int]:
    if not user_ids:
        return {}
    found = await rows(_BUSY.format(marks(user_ids)), *user_ids)
    return {row["handler_id"]: int(row["n"]) for row in found}
