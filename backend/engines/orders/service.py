"""The heart: an order is opened here, and every move it makes goes through `move`."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from backend.core import clock, crypto, live
from backend.core import states as lives
from backend.core.actor import SYSTEM, Actor, Post
from backend.core.database import below, insert
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.events import emit
from backend.engines.clocks import queries as policies
from backend.engines.clocks import service as clocks
from backend.engines.orders import queries, rules, states
from backend.engines.orders.events import BY_MOVE, OrderFact, OrderWaits
from backend.engines.orders.models import Order as Order
from backend.engines.orders.models import OrderEvent, OrderFile, OrderPart, Party
from backend.engines.orders.models import OrderStatus as OrderStatus
from backend.engines.orders.models import Stage as Stage
from backend.engines.orders.permissions import DISPATCHERS, P
from backend.engines.orders.rules import Kind
from backend.engines.orders.rules import NewOrder as NewOrder
from backend.engines.orders.rules import Place as Place
from backend.engines.orders.rules import Step as Step
from backend.engines.orders.states import HELD, MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.files import service as files
from backend.foundation.identity.queries import Person

BY_RESIDENT = frozenset({"urge", "supplement", "withdraw", "rate", "reopen"})


class PartsOpen(Conflict):
    code, title = "parts_open", "协办单位还没有全部完成，暂时不能办结"


NOTHING = Step()
NOBODY: dict[str, Any] = {
    "handler_id": None,
    "handler_role": "",
    "taken_at": None,
}
"""The columns of an order in nobody's hands."""


def register_kind(kind: Kind) -> Kind:
    """Make a kind of demand known; for rooms above."""
    return rules.register(kind)


async def get(actor: Actor, order_id: int, *, is_held: bool = False) -> Order:
    """The order with its parts. Raises NotFound for one that is not the actor's to see.

    `is_held`: rivals wait until this transaction ends, so that what a move does besides (clocks,
    parts) is not begun twice. That one wins still rests on the conditional update alone.
    """
    found = Order.filter(id=order_id)
    order = await (found.select_for_update() if is_held else found).first()
    if order is None:
        raise NotFound("没有找到这件工单")
    order.parts = await OrderPart.filter(order_id=order_id).order_by("id")
    if not order.may(actor, P.VIEW):
        raise NotFound("没有找到这件工单")
    return order


async def ready(actor: Actor, order_id: int, name: str, version: int | None = None) -> Order:
    """The order, sure that the actor may make this move of the table now.

    Raises NotFound, Forbidden, WrongState or StaleVersion.
    """
    order = await get(actor, order_id, is_held=True)
    lives.check(order, MOVES[name], actor, version)
    return order


async def open_order(actor: Actor, new: NewOrder) -> Order:
    """Write the order with its first event and files. Raises NotFound for files not the actor's,
    Invalid for files of a wrong kind."""
    now, seal = clock.now(), secrets.token_hex(16)
    order = await Order.create(
        **asdict(new.place),
        kind=new.kind,
        title=new.title,
        text=new.text,
        answers=new.answers,
        status=OrderStatus.REPORTED,
        grade=new.grade,
        reporter_id=new.reporter_id,
        is_anonymous=new.is_anonymous,
        seal=seal,
        behalf=new.behalf
        and crypto.encrypt(json.dumps(new.behalf), field="order.behalf", row=seal),
        channel=new.channel,
        picture_id=new.file_ids[0] if new.file_ids else None,
        voice_id=new.voice_id,
        duty=new.duty,
        duty_code=new.duty and new.duty["code"],
        candidates=new.candidates,
        created_at=now,
        updated_at=now,
    )
    step = Step(facts={"channel": new.channel}, files={Stage.REPORT: new.file_ids})
    event_id = await _write_down(order, "report", actor, step, OrderStatus.REPORTED)
    if new.voice_id is not None:
        await _attach(order, event_id, actor, Stage.REPORT, [new.voice_id], is_voice=True)
    await _tell(order, "report", actor, event_id, None)
    return order


async def move(
    order: Order,
    name: str,
    actor: Actor,
    step: Step = NOTHING,
    *,
    to: OrderStatus | None = None,
    version: int | None = None,
    **changes: Any,
) -> int:
    """Make a move of the table, write it down, tell whoever looks and whoever reacts; answers
    with the event's id.

    Raises Forbidden, WrongState, StaleVersion, or Conflict for the rival that came second.
    """
    before, standing = order.status, _standing(order)
    target = to or next(iter(MOVES[name].targets), order.status)
    if order.extension == "pending" and target not in HELD:
        changes.setdefault("extension", "lapsed")
    await lives.make(
        order, MOVES[name], actor, to=target, version=version, updated_at=clock.now(), **changes
    )
    event_id = await _write_down(order, name, actor, step, before)
    await _tell(order, name, actor, event_id, standing)
    return event_id


async def note_down(order: Order, name: str, actor: Actor, step: Step) -> None:
    """Write down something that is no move: that a deadline passed, that a text is hidden."""
    event_id = await _write_down(order, name, actor, step, order.status)
    await _tell(order, name, actor, event_id, _standing(order))


_EVENT = (
    "INSERT INTO order_event (order_id, at, move, from_status, to_status, actor_id, actor_role, "
    "unit_id, note, is_public, is_hidden, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE, ?)"
)


async def _write_down(
    order: Order, name: str, actor: Actor, step: Step, before: OrderStatus
) -> int:
    """Add to the history; answers with the event's id."""
    role, unit_id = _acting(order, actor, name)
    event_id = await insert(
        _EVENT,
        order.id,
        clock.now(),
        name,
        before.value,
        order.status.value,
        actor.user_id,
        role,
        unit_id,
        step.note,
        step.is_public,
        json.dumps(dict(step.facts), ensure_ascii=False),
    )
    for stage, file_ids in step.files.items():
        await _attach(order, event_id, actor, stage, file_ids)
    return event_id


def _acting(order: Order, actor: Actor, name: str) -> tuple[str, int | None]:
    """As what the actor makes this move: the post that entitles them, or as a resident."""
    if actor.is_system:
        return "system", None
    if name in BY_RESIDENT or (name == "report" and order.behalf is None):
        return "resident", None
    near = [post for post in actor.posts if post.covers(order.area_path)]
    working = [
        post
        for post in actor.posts
        if states.works_for(post, order.party, order.unit_id, order.area_path)
    ]
    overseeing = [post for post in near if post.role in DISPATCHERS]
    is_own = order.handler_id == actor.user_id
    ranked = working + overseeing if is_own or not overseeing else overseeing + working
    post: Post | None = next(iter([*ranked, *near, *actor.posts]), None)
    return (str(post.role), post.unit_id) if post else ("resident", None)


def role_of(order: Order, actor: Actor) -> str:
    """As what the actor handles the order."""
    return _acting(order, actor, "take")[0]


async def _attach(
    order: Order,
    event_id: int,
    actor: Actor,
    stage: Stage,
    file_ids: Sequence[int],
    *,
    is_voice: bool = False,
) -> None:
    if not file_ids:
        return
    attached = await files.attach(actor, file_ids, f"order:{order.id}")
    wanted = "audio" if is_voice else "image"
    if any(str(one.kind) != wanted for one in attached):
        name = "voice_id" if is_voice else "file_ids"
        raise Invalid(fields={name: "请上传录音" if is_voice else "请上传照片"})
    await OrderFile.bulk_create(
        OrderFile(
            order_id=order.id, event_id=event_id, file_id=one.id, stage=stage, is_voice=is_voice
        )
        for one in attached
    )


def _standing(order: Order) -> dict[str, Any]:
    """What open phones' filters need to know of an order."""
    return {
        "reporter_id": order.reporter_id,
        "handler_id": order.handler_id,
        "party": order.party,
        "unit_id": order.unit_id,
        "area_path": order.area_path,
        "parts": [(one.party, one.unit_id) for one in order.parts],
    }


async def _tell(
    order: Order, name: str, actor: Actor, event_id: int, before: dict[str, Any] | None
) -> None:
    """To those who react, with the transaction; to open phones, after it."""
    kind = BY_MOVE.get(name)
    if kind is not None:
        await emit(_fact(kind, order, event_id, actor))
    live.publish(
        queries.TOPIC,
        to={"before": before, "after": _standing(order)},
        body={
            "type": "order",
            "order_id": order.id,
            "version": order.version,
            "status": str(order.status),
            "cursor": str(event_id),
            "what": "changed" if before else "new",
        },
    )


def _fact(kind: type[OrderFact], order: Order, event_id: int, actor: Actor) -> OrderFact:
    return kind(
        order_id=order.id,
        event_id=event_id,
        kind=order.kind,
        grade=str(order.grade),
        actor_id=actor.user_id,
        reporter_id=order.reporter_id,
        handler_id=order.handler_id,
        party=order.party,
        unit_id=order.unit_id,
        community_id=order.community_id,
    )


async def tell_waiting(order: Order, event_id: int, actor: Actor) -> None:
    """That a dispatcher has to decide, for those who react."""
    await emit(_fact(OrderWaits, order, event_id, actor))


async def hand_to(
    order: Order, name: str, actor: Actor, person: Person, step: Step, **changes: Any
) -> None:
    """Assign or transfer the order to a person."""
    facts = {
        "handler_id": person.user_id,
        "handler_role": str(person.role),
    }
    await move(
        order,
        name,
        actor,
        replace(step, facts=facts),
        to=OrderStatus.ASSIGNED,
        handler_id=person.user_id,
        handler_role=str(person.role),
        taken_at=None,
        **changes,
    )


async def begin(order: Order, hours: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Start a new round of clocks now; answers with the order's columns that change."""
    round_ = order.round + 1
    policy = await policies.policy_for(order.kind, str(order.grade))
    nearest = await clocks.start(order.id, round_, policy, hours)
    return {**nearest.columns(), "round": round_}


async def ask(
    order: Order, party: Party, unit_id: int | None, unit_name: str, note: str = ""
) -> bool:
    """Add a part for a co-handler; False when the same one was asked in this round already."""
    key = f"{order.id}:{order.round}:{party}:{unit_id or 0}"
    if any(one.key == key for one in order.parts):
        return False
    part = await OrderPart.create(
        order_id=order.id,
        party=party,
        unit_id=unit_id,
        unit_name=unit_name,
        note=note,
        asked_at=clock.now(),
        key=key,
    )
    order.parts = [*order.parts, part]
    return True


async def close_part(part: OrderPart, actor: Actor, result: str) -> None:
    """Close a part. Raises Conflict when it is closed already."""
    now = clock.now()
    closed = await OrderPart.filter(id=part.id, closed_at__isnull=True).update(
        closed_at=now, closed_by=actor.user_id, result=result
    )
    if closed != 1:
        raise Conflict("这项协办已经完成")
    part.closed_at, part.closed_by, part.result = now, actor.user_id, result


async def drop_parts(order: Order) -> None:
    """What was asked of co-handlers is moot, for the order goes another way."""
    for part in order.parts:
        if part.closed_at is None:
            await close_part(part, SYSTEM, "随工单重新分派取消")


def check_parts(order: Order) -> None:
    """Raises PartsOpen while a co-handler is not done: the parent closes after its parts."""
    waiting = [one.unit_name for one in order.parts if one.closed_at is None]
    if waiting:
        raise PartsOpen("还没有完成协办：" + "、".join(waiting), waiting=waiting)


async def hide(order_id: int, event_id: int) -> None:
    """Keep a risky text from everyone but its writer and dispatchers, and tell the latter."""
    order = await get(SYSTEM, order_id)
    event = await OrderEvent.get(id=event_id, order_id=order_id)
    await OrderEvent.filter(id=event_id).update(is_hidden=True)
    if event.move == "report":
        order.is_hidden = True
        await Order.filter(id=order_id).update(is_hidden=True)
    await note_down(order, "hide", SYSTEM, Step(is_public=False, facts={"event_id": event_id}))


async def overdue(order_id: int, kind: str) -> Order:
    """Write into the history that a deadline passed."""
    order = await get(SYSTEM, order_id)
    facts = {"clock": policies.ClockKind(kind).label, "kind": kind}
    await note_down(order, "overdue", SYSTEM, Step(facts=facts))
    return order


async def forget(user_id: int) -> None:
    """A person left: their orders stay, nameless. Names of staff are kept in identity only."""
    await Order.filter(reporter_id=user_id).update(reporter_id=None, behalf=None)
    await OrderEvent.filter(actor_id=user_id, actor_role="resident").update(actor_id=None)


async def follow_move(from_path: str, to_path: str) -> None:
    """An area stands elsewhere: what lies inside is found under its new path."""
    first, end = below(from_path)
    async for order in Order.filter(area_path__gte=first, area_path__lt=end):
        order.area_path = to_path + order.area_path.removeprefix(from_path)
        above = await areas.ancestors(order.area_path)
        found = {str(level): one.id for level, one in above.items()}
        order.street_id = found.get("street")
        order.community_id = found.get("community")
        order.compound_id = found.get("compound")
        await order.save(update_fields=["area_path", "street_id", "community_id", "compound_id"])
