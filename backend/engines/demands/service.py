"""Taking demands in, and what whoever reported can do afterwards."""

from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import execute
from backend.core.errors import Forbidden, TooMany
from backend.engines.clocks import queries as clock_queries
from backend.engines.clocks import service as clocks
from backend.engines.demands import queries
from backend.engines.demands.models import Draft
from backend.engines.demands.permissions import P
from backend.engines.demands.schemas import (
    DraftBody,
    RateBody,
    SupplementBody,
    UrgeBody,
    WithdrawBody,
)
from backend.engines.demands.schemas import PlaceBody as PlaceBody
from backend.engines.demands.schemas import ReportBody as ReportBody
from backend.engines.dispatches import service as dispatches
from backend.engines.duties import service as duties
from backend.engines.orders import queries as reading
from backend.engines.orders import service as orders
from backend.engines.orders.queries import Grade, ReasonBody
from backend.engines.orders.service import NewOrder, Order, Stage, Step

COUNTED_ANEW: dict[str, Any] = {
    **clock_queries.NONE.columns(),
    "returned": 0,
    "handovers": 0,
    "urged": 0,
    "urged_at": None,
    "resolved_at": None,
    "close_at": None,
    "rated_at": None,
    "stars": None,
    "is_solved": None,
    "rating_text": None,
    "extension": None,
}
"""The columns of an order that begins once more; its history keeps what was."""


class TooSoon(TooMany):
    code, title = "too_soon", "刚刚催过，请稍后再催"


async def report(actor: Actor, body: ReportBody) -> Order:
    """Take a demand in: matched, accepted and, where the house is sure, dispatched at once.

    Raises Invalid, NotFound for a dwelling or file that is not the actor's, Forbidden for a
    report on somebody's behalf by who has no post there.
    """
    kind = reading.kind_of(body.kind)
    answers = reading.checked_answers(kind, body.answers)
    place = await queries.place_of(actor, body.place)
    if body.on_behalf_of is not None and not actor.may(P.REPORT_FOR, place.area_path):
        raise Forbidden("只有工作人员可以代报本辖区的诉求")
    title = (body.title or "").strip() or reading.title_from(body.text)
    found = await duties.match(body.text, body.title or "")
    matches = queries.matches_of(found)
    new = NewOrder(
        kind=kind.key,
        title=title,
        text=body.text,
        grade=Grade(found.grade),
        place=place,
        answers=answers,
        reporter_id=actor.user_id,
        is_anonymous=body.is_anonymous,
        behalf=body.on_behalf_of.model_dump() if body.on_behalf_of else None,
        channel="staff" if body.on_behalf_of else "app",
        file_ids=body.file_ids,
        voice_id=body.voice_id,
        duty=matches[0] if found.sure else None,
        candidates=matches,
    )
    order = await take_in(actor, new, is_sure=found.sure)
    await drop_draft(actor)
    return order


async def take_in(actor: Actor, new: NewOrder, *, is_sure: bool) -> Order:
    """The one intake of every channel: write it down, then settle who gets it."""
    order = await orders.open_order(actor, new)
    if reading.kind_of(order.kind).accepts_itself:
        await dispatches.settle(order, is_sure=is_sure)
    return order


async def keep_draft(actor: Actor, body: DraftBody) -> None:
    await Draft.update_or_create(
        user_id=actor.user_id,
        defaults={"content": body.model_dump(mode="json"), "updated_at": clock.now()},
    )


async def drop_draft(actor: Actor) -> None:
    await execute("DELETE FROM order_draft WHERE user_id = ?", actor.user_id)


async def urge(actor: Actor, order_id: int, body: UrgeBody) -> Order:
    """Hurry them: so often and no more. Raises TooSoon with the moment from when on it may be."""
    order = await orders.ready(actor, order_id, "urge", body.version)
    free_at = reading.next_urge(order.urged, order.urged_at)
    if free_at is not None:
        raise TooSoon(f"{clock.spoken(free_at)} 以后可以再催", next_at=clock.iso(free_at))
    step = Step(note=body.text, facts={"count": order.urged + 1})
    await orders.move(order, "urge", actor, step, urged=order.urged + 1, urged_at=clock.now())
    return order


async def supplement(actor: Actor, order_id: int, body: SupplementBody) -> Order:
    """Add what was forgotten or what changed."""
    order = await orders.ready(actor, order_id, "supplement", body.version)
    step = Step(note=body.text, files={Stage.EXTRA: body.file_ids})
    await orders.move(order, "supplement", actor, step)
    return order


async def withdraw(actor: Actor, order_id: int, body: WithdrawBody) -> Order:
    """Take it back, before anybody came."""
    order = await orders.ready(actor, order_id, "withdraw", body.version)
    timing = (await clocks.stop(order.id, order.round)).columns() if order.round else {}
    await orders.move(order, "withdraw", actor, Step(note=body.reason), **timing)
    return order


async def rate(actor: Actor, order_id: int, body: RateBody) -> Order:
    """Say how it was; that ends the order. Whoever did the work does not rate it."""
    order = await orders.ready(actor, order_id, "rate", body.version)
    facts = {"stars": body.stars, "is_solved": body.is_solved}
    await orders.move(
        order,
        "rate",
        actor,
        Step(note=body.text, facts=facts),
        stars=body.stars,
        is_solved=body.is_solved,
        rating_text=body.text or None,
        rated_at=clock.now(),
        close_at=None,
    )
    return order


async def reopen(actor: Actor, order_id: int, body: ReasonBody) -> Order:
    """It was not solved: before a dispatcher again, a grade higher, everything counted anew."""
    order = await orders.ready(actor, order_id, "reopen", body.version)
    await orders.move(
        order,
        "reopen",
        actor,
        Step(note=body.reason, facts={"handler_id": order.handler_id}),
        grade=order.grade.higher,
        reopened=order.reopened + 1,
        party=None,
        unit_id=None,
        unit_name="",
        **orders.NOBODY,
        **COUNTED_ANEW,
    )
    return order


async def hide(order_id: int, event_id: int) -> None:
    """Moderation found a text risky: only its writer and dispatchers read it from now on."""
    await orders.hide(order_id, event_id)


async def forget(user_id: int) -> None:
    """A person left: what they had begun to say goes with them."""
    await Draft.filter(user_id=user_id).delete()
