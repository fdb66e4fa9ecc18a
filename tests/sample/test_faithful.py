"""Lives of the sample, lived once more through the house's own services, leave the same rows."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.engines.clocks.models import OrderClock
from backend.engines.clocks.service import fire_due
from backend.engines.demands import queries as reading
from backend.engines.demands import service as demands
from backend.engines.demands.schemas import RateBody, SupplementBody, UrgeBody, WithdrawBody
from backend.engines.dispatches import service as dispatches
from backend.engines.dispatches.schemas import AssignBody, DispatchBody, TransferBody
from backend.engines.duties import rules as duties
from backend.engines.handling import service as handling
from backend.engines.handling.schemas import (
    ArriveBody,
    ClosePartBody,
    ContactBody,
    ExtendBody,
    ResolveBody,
)
from backend.engines.orders import service as orders
from backend.engines.orders.models import Grade, Order, OrderEvent, OrderPart
from backend.engines.orders.queries import MoveBody, ReasonBody, ReplyBody
from backend.engines.orders.rules import NewOrder, Place
from backend.engines.orders.states import MOVES
from backend.sample import seed
from backend.sample.lives import Life, Told
from backend.sample.seed import Sample

MOST = 25
Do = Callable[[Actor, int, Told], Awaitable[Any]]


def chosen(sample: Sample) -> list[Life]:
    """Lives that differ most in the moves they are made of; together they make every move."""
    kinds: dict[frozenset[str], Life] = {}
    for life in sample.orders.lives:
        if life.order.behalf is None and life.order.status != "reported":
            kinds.setdefault(frozenset(event.move for event in life.events), life)
    rich = sorted(kinds, key=lambda moves: (-len(moves), sorted(moves)))
    rare = [next(moves for moves in rich if name in moves) for name in MOVES]
    return [kinds[moves] for moves in dict.fromkeys([*rare, *rich[:MOST]])]


def reason(told: Told) -> dict[str, str]:
    return {"reason": told.event.note}


def dispatch(actor: Actor, order_id: int, told: Told) -> Awaitable[Any]:
    then = told.order
    hand = {"party": then["party"], "unit_id": then["unit_id"], "duty_code": then["duty_code"]}
    return dispatches.dispatch(actor, order_id, DispatchBody(**hand, note=told.event.note))


def assign(actor: Actor, order_id: int, told: Told) -> Awaitable[Any]:
    body = AssignBody(handler_id=told.event.facts["handler_id"], note=told.event.note)
    return dispatches.assign(actor, order_id, body)


def transfer(actor: Actor, order_id: int, told: Told) -> Awaitable[Any]:
    body = TransferBody(handler_id=told.event.facts["handler_id"], **reason(told))
    return dispatches.transfer(actor, order_id, body)


async def close_part(actor: Actor, order_id: int, told: Told) -> None:
    part = await OrderPart.filter(
        order_id=order_id, unit_name=told.event.facts["unit"], closed_at=None
    ).first()
    assert part is not None
    body = ClosePartBody(part_id=part.id, result=told.event.note)
    await handling.close_part(actor, order_id, body)


DO: dict[str, Do] = {
    "dispatch": dispatch,
    "assign": assign,
    "transfer": transfer,
    "close-part": close_part,
    "take": lambda a, i, t: handling.take(a, i, MoveBody()),
    "decline": lambda a, i, t: handling.decline(a, i, ReasonBody(**reason(t))),
    "contact": lambda a, i, t: handling.contact(
        a, i, ContactBody(outcome=t.event.facts["outcome"], note=t.event.note)
    ),
    "arrive": lambda a, i, t: handling.arrive(a, i, ArriveBody(note=t.event.note)),
    "resolve": lambda a, i, t: handling.resolve(a, i, ResolveBody(result=t.event.note)),
    "return": lambda a, i, t: dispatches.send_back(a, i, ReasonBody(**reason(t))),
    "suspend": lambda a, i, t: handling.suspend(a, i, ReasonBody(**reason(t))),
    "resume": lambda a, i, t: handling.resume(a, i, MoveBody()),
    "extend": lambda a, i, t: handling.extend(
        a, i, ExtendBody(hours=t.event.facts["hours"], **reason(t))
    ),
    "approve-extension": lambda a, i, t: handling.approve_extension(a, i, MoveBody()),
    "refuse-extension": lambda a, i, t: handling.refuse_extension(a, i, ReasonBody(**reason(t))),
    "reply": lambda a, i, t: handling.reply(a, i, ReplyBody(text=t.event.note)),
    "urge": lambda a, i, t: demands.urge(a, i, UrgeBody(text=t.event.note)),
    "supplement": lambda a, i, t: demands.supplement(a, i, SupplementBody(text=t.event.note)),
    "withdraw": lambda a, i, t: demands.withdraw(a, i, WithdrawBody(**reason(t))),
    "rate": lambda a, i, t: demands.rate(
        a,
        i,
        RateBody(
            stars=t.event.facts["stars"],
            is_solved=t.event.facts["is_solved"],
            text=t.event.note,
        ),
    ),
    "reopen": lambda a, i, t: demands.reopen(a, i, ReasonBody(**reason(t))),
    "close": lambda a, i, t: handling.close(SYSTEM, i, MoveBody()),
    "overdue": lambda a, i, t: orders.overdue(i, t.event.facts["kind"]),
}


def new_of(order: Order) -> tuple[NewOrder, bool]:
    """What came in, read anew from the text, and whether the house is sure of it."""
    found = duties.read(duties.packaged(), order.text, "", {})
    matches = reading.matches_of(found)
    place = Place(**{name: getattr(order, name) for name in Place.__dataclass_fields__})
    new = NewOrder(
        kind=order.kind,
        title=order.title,
        text=order.text,
        grade=Grade(found.grade),
        place=place,
        answers=order.answers,
        reporter_id=order.reporter_id,
        is_anonymous=order.is_anonymous,
        duty=matches[0] if found.sure else None,
        candidates=matches,
    )
    return new, found.sure


class Past:
    """A clock that is set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.at)


async def live_again(life: Life, sample: Sample, past: Past) -> Order:
    actors = {one.user_id: one.actor for one in sample.people.workers}
    past.at = life.order.created_at
    reporter = Actor(life.order.reporter_id or 0)
    new, is_sure = new_of(life.order)
    order = await demands.take_in(reporter, new, is_sure=is_sure)
    for told in life.told[1:]:
        event = told.event
        is_outcome = event.move == "ask-co-handlers" or event.move not in DO
        if is_outcome or (event.move == "dispatch" and event.actor_id == 0):
            continue
        past.at = event.at
        await fire_due()
        by_reporter = event.actor_role == "resident"
        actor = reporter if by_reporter else actors.get(event.actor_id or 0, SYSTEM)
        await DO[event.move](actor, order.id, told)
    past.at = sample.city.now
    await fire_due()
    return await Order.get(id=order.id)


OWN = {"id", "order_id", "seal", "key", "event_id"}


def columns(row: Any) -> dict[str, Any]:
    found = {}
    for name in row._meta.db_fields - OWN:
        value = getattr(row, name)
        if name == "facts":
            value = {key: one for key, one in value.items() if key != "part_id"}
        found[name] = value
    return found


async def test_services_leave_the_same_rows(
    db: str, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _, tables in list(sample.groups())[:2]:
        for rows in tables:
            await seed.write_rows(rows)
    past, lives = Past(monkeypatch), chosen(sample)
    for life in lives:
        story = " ".join(event.move for event in life.events)
        order = await live_again(life, sample, past)
        assert columns(order) == columns(life.order), story
        events = await OrderEvent.filter(order_id=order.id).order_by("id")
        assert [columns(one) for one in events] == [columns(one) for one in life.events], story
        clocks = await OrderClock.filter(order_id=order.id).order_by("id")
        assert [columns(one) for one in clocks] == [columns(one) for one in life.timers.all], story
        parts = await OrderPart.filter(order_id=order.id).order_by("id")
        assert [columns(one) for one in parts] == [columns(one) for one in life.parts], story
    made = {event.move for life in lives for event in life.events}
    assert made >= set(MOVES)
