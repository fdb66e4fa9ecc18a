"""One order's life, lived in memory at moments of the past: the moves of the house's own table,
with what the services write beside each of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from backend.core import crypto
from backend.core.actor import SYSTEM, Actor, Post
from backend.engines.clocks.queries import ClockKind
from backend.engines.demands.service import COUNTED_ANEW
from backend.engines.dispatches.rules import Hand, Route
from backend.engines.duties import rules as duties
from backend.engines.orders import service as orders
from backend.engines.orders.models import Order, OrderEvent, OrderPart, OrderStatus
from backend.engines.orders.rules import NewOrder, Step
from backend.engines.orders.states import HELD, MOVES
from backend.sample.people import Worker
from backend.sample.timers import Timers
from backend.settings import settings

S = OrderStatus
_KEPT = (
    "handler_id",
    "handler_role",
    "party",
    "unit_id",
    "unit_name",
    "duty_code",
    "due_at",
)
"""The columns of an order as they stood, that messages about a step speak of."""
NOTHING = Step()


class NotYet(Exception):
    """The next step lies in the future, or the story shall stop here."""


@dataclass(frozen=True)
class Told:
    """A step that somebody is told of: what was said and how the order stood then."""

    event: OrderEvent
    order: dict[str, Any]
    due: dict[str, datetime]
    """When each clock of the round is due."""


class Life:
    """An order with its history, clocks and parts; `at` is the moment it has reached."""

    def __init__(
        self, order: Order, now: datetime, parts: Iterator[int], stop: S | None = None
    ) -> None:
        self.order, self.now, self.at = order, now, order.created_at
        self.part_numbers, self.stop_at = parts, stop
        self.events: list[OrderEvent] = []
        self.told: list[Told] = []
        self.parts: list[OrderPart] = []
        self.timers = Timers(order.id)
        self.hours: dict[str, int] = {}

    # -- time ------------------------------------------------------------------------------------
    def until(self, moment: datetime) -> None:
        """Go on to a moment; what the clocks have to say on the way is written down.

        Raises NotYet when it has not come, or the order has got where the story shall end.
        """
        if self.order.status == self.stop_at:
            raise NotYet
        if moment > self.now:
            raise NotYet
        self.fire(moment)
        self.at = max(moment, self.at)

    def later(self, minutes: float) -> None:
        self.until(self.at + timedelta(minutes=minutes))

    def fire(self, until: datetime) -> None:
        for said_at, one in list(self.timers.fire(until)):
            facts = {"clock": ClockKind(one.kind).label, "kind": str(one.kind)}
            status = self.order.status
            self._write_down("overdue", None, SYSTEM, Step(facts=facts), status, said_at)

    def end(self) -> None:
        """Whatever the clocks have said up to now."""
        self.fire(self.now)

    # -- moves -----------------------------------------------------------------------------------
    def set(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self.order, name, value)

    def report(self, reporter: Worker | None) -> None:
        """The first line of the history: a resident's, or a member of staff's for somebody."""
        actor = reporter.actor if reporter else Actor(self.order.reporter_id or 0)
        step = Step(facts={"channel": self.order.channel})
        self._write_down("report", reporter, actor, step, S.REPORTED, self.at)

    def move(
        self,
        name: str,
        by: Worker | None,
        step: Step = NOTHING,
        *,
        to: S | None = None,
        **changes: Any,
    ) -> None:
        """Make a move of the table as a worker, else as the reporter; `house` makes its own.

        Raises ValueError for a move that the house would refuse.
        """
        actor = by.actor if by else Actor(self.order.reporter_id or 0)
        self._make(name, by, actor, step, to, changes)

    def house(
        self, name: str, step: Step = NOTHING, *, to: S | None = None, **changes: Any
    ) -> None:
        self._make(name, None, SYSTEM, step, to, changes)

    def _make(
        self,
        name: str,
        by: Worker | None,
        actor: Actor,
        step: Step,
        to: S | None,
        changes: dict[str, Any],
    ) -> None:
        order, move, before = self.order, MOVES[name], self.order.status
        # Whether a reopening is in time is asked of today's clock, not of that day's.
        is_theirs = name == "reopen" or order.may(actor, move.who)
        if before not in move.sources or not is_theirs:
            raise ValueError(f"{name} by {actor} is not open: {before}, {order.party}")
        target = to or next(iter(move.targets), before)
        if order.extension == "pending" and target not in HELD:
            changes.setdefault("extension", "lapsed")
        self.set(status=target, version=order.version + 1, updated_at=self.at, **changes)
        self._write_down(name, by, actor, step, before, self.at)

    def _write_down(
        self, name: str, by: Worker | None, actor: Actor, step: Step, before: S, at: datetime
    ) -> None:
        event = OrderEvent(
            order_id=self.order.id,
            at=at,
            move=name,
            from_status=before,
            to_status=self.order.status,
            actor_id=actor.user_id,
            actor_role=str(by.role) if by else ("system" if actor.is_system else "resident"),
            unit_id=by.posts[0].unit_id if by else None,
            note=step.note,
            is_public=step.is_public,
            facts=dict(step.facts),
        )
        self.events.append(event)
        due = {str(one.kind): one.due_at for one in self.timers.current}
        self.told.append(Told(event, {key: getattr(self.order, key) for key in _KEPT}, due))

    # -- what the services do beside the move ------------------------------------------------------
    def begin(self) -> dict[str, Any]:
        """A new round of clocks, by the duty's own deadlines and the grade's."""
        own = duties.packaged().items.get(self.order.duty_code or "")
        hours = dict(own.deadlines) if own else {}
        nearest = self.timers.start(self.at, str(self.order.grade), hours)
        return {**nearest.columns(), "round": self.timers.round}

    def place(self, by: Worker | None, chosen: Route, step: Step) -> None:
        """Hand it over and start its clocks; the helpers are asked at once."""
        self.drop_parts()
        hand = chosen.main
        columns = {"party": str(hand.party), "unit_id": hand.unit_id, "unit_name": hand.name}
        changes = {**columns, **orders.NOBODY, **self.begin()}
        if by is None:
            self.house("dispatch", step, **changes)
        else:
            self.move("dispatch", by, step, **changes)
        self.ask(by, chosen.helpers, "")

    def ask(self, by: Worker | None, hands: Sequence[Hand], note: str) -> None:
        """A part for each; who was asked in this round already is not asked again."""
        asked = [hand for hand in hands if self._ask(hand, note)]
        if not asked:
            return
        names = "、".join(hand.name for hand in asked)
        facts = {"units": names, "unit_ids": [hand.unit_id for hand in asked]}
        if by is None:
            self.house("ask-co-handlers", Step(note=note, facts=facts))
        else:
            self.move("ask-co-handlers", by, Step(note=note, facts=facts))

    def _ask(self, hand: Hand, note: str) -> bool:
        order = self.order
        key = f"{order.id}:{order.round}:{hand.party}:{hand.unit_id or 0}"
        if any(part.key == key for part in self.parts):
            return False
        part = OrderPart(
            id=next(self.part_numbers),
            order_id=order.id,
            party=str(hand.party),
            unit_id=hand.unit_id,
            unit_name=hand.name,
            note=note,
            asked_at=self.at,
            key=key,
        )
        self.parts = [*self.parts, part]
        order.parts = self.parts
        return True

    def close_part(self, part: OrderPart, by: Worker, result: str) -> None:
        facts = {"unit": part.unit_name, "part_id": part.id}
        self.move("close-part", by, Step(note=result, facts=facts))
        part.closed_at, part.closed_by, part.result = self.at, by.user_id, result

    def drop_parts(self) -> None:
        for part in self.parts:
            if part.closed_at is None:
                part.closed_at, part.closed_by = self.at, 0
                part.result = "随工单重新分派取消"

    def hand_to(self, name: str, by: Worker, person: Worker, step: Step) -> None:
        """Assign or transfer it to a person of the same party."""
        to = {
            "handler_id": person.user_id,
            "handler_role": str(self._nearest_post(person).role),
        }
        self.move(name, by, replace(step, facts=to), to=S.ASSIGNED, taken_at=None, **to)

    def _nearest_post(self, person: Worker) -> Post:
        """Of several posts the one nearest to the place."""
        path = self.order.area_path
        near = [
            post for post in person.posts if post.covers(path) or post.area_path.startswith(path)
        ]
        return max(near, key=lambda post: (len(post.area_path), -post.id))

    def decline(self, by: Worker, step: Step) -> None:
        """Give an assigned order back to its pool."""
        self.move("decline", by, step, **orders.NOBODY)

    def take(self, by: Worker) -> None:
        self.move(
            "take",
            by,
            handler_id=by.user_id,
            handler_role=orders.role_of(self.order, by.actor),
            taken_at=self.at,
        )

    def contact(self, by: Worker, note: str, *, is_reached: bool) -> None:
        facts = {"outcome": "reached" if is_reached else "no_answer"}
        before, changes = self.order.status, dict[str, Any]()
        if is_reached:
            changes = self.timers.meet(self.at, {ClockKind.CONTACT}).columns()
        to = S.CONTACTED if is_reached and before == S.TAKEN else before
        self.move("contact", by, Step(note=note, facts=facts), to=to, **changes)

    def arrive(self, by: Worker, note: str) -> None:
        nearest = self.timers.meet(self.at, {ClockKind.CONTACT, ClockKind.ARRIVE})
        self.move("arrive", by, Step(note=note, facts={"place_text": ""}), **nearest.columns())

    def resolve(self, by: Worker, result: str) -> None:
        if any(part.closed_at is None for part in self.parts):
            raise ValueError("a part is open")
        done: dict[str, Any] = {
            "resolved_at": self.at,
            "close_at": self.at + timedelta(days=settings().close_after_days),
        }
        nearest = self.timers.finish(self.at)
        self.move("resolve", by, Step(note=result), **done, **nearest.columns())

    def send_back(self, by: Worker, reason: str) -> None:
        """Return it to the dispatcher."""
        timing = self.timers.stop(self.at).columns()
        self.drop_parts()
        step = Step(note=reason, is_public=False, facts={"unit": self.order.unit_name})
        nowhere = {"party": None, "unit_id": None, "unit_name": "", **orders.NOBODY}
        returned = self.order.returned + 1
        self.move("return", by, step, returned=returned, **nowhere, **timing)

    def suspend(self, by: Worker, reason: str) -> None:
        timing = self.timers.pause(self.at).columns()
        came_from = str(self.order.status)
        self.move("suspend", by, Step(note=reason), suspended_from=came_from, **timing)

    def resume(self, by: Worker) -> None:
        timing = self.timers.resume(self.at).columns()
        came_from = S(self.order.suspended_from or S.TAKEN)
        step = Step(facts={"by_dispatcher": self.order.handler_id != by.user_id})
        self.move("resume", by, step, to=came_from, suspended_from=None, **timing)

    def extend(self, by: Worker, hours: int, reason: str) -> None:
        asked: dict[str, Any] = {
            "extension": "pending",
            "extension_hours": hours,
            "extension_reason": reason,
        }
        self.move("extend", by, Step(note=reason, facts={"hours": hours}), **asked)

    def rule(self, by: Worker, refusal: str | None) -> None:
        """Grant the time asked for, or refuse it."""
        if refusal is not None:
            step = Step(note=refusal, is_public=False)
            self.move("refuse-extension", by, step, extension="refused")
            return
        hours = self.order.extension_hours or 0
        timing = self.timers.extend(self.at, hours).columns()
        step = Step(facts={"hours": hours})
        self.move("approve-extension", by, step, extension="approved", **timing)

    def urge(self, text: str) -> None:
        count = self.order.urged + 1
        step = Step(note=text, facts={"count": count})
        self.move("urge", None, step, urged=count, urged_at=self.at)

    def withdraw(self, reason: str) -> None:
        timing = self.timers.stop(self.at).columns() if self.timers.round else {}
        self.move("withdraw", None, Step(note=reason), **timing)

    def rate(self, stars: int, text: str) -> None:
        is_solved = stars >= 3
        said: dict[str, Any] = {"stars": stars, "is_solved": is_solved}
        ended: dict[str, Any] = {"rating_text": text or None, "rated_at": self.at, "close_at": None}
        self.move("rate", None, Step(note=text, facts=said), **said, **ended)

    def reopen(self, reason: str) -> None:
        order = self.order
        nowhere = {"party": None, "unit_id": None, "unit_name": "", **orders.NOBODY}
        raised = {"grade": order.grade.higher, "reopened": order.reopened + 1}
        step = Step(note=reason, facts={"handler_id": order.handler_id})
        self.move("reopen", None, step, **raised, **nowhere, **COUNTED_ANEW)


def opened(number: int, new: NewOrder, at: datetime, seal: str) -> Order:
    """The row of a new order, as it comes in."""
    behalf = new.behalf and crypto.encrypt(json.dumps(new.behalf), field="order.behalf", row=seal)
    return Order(
        id=number,
        **vars(new.place),
        kind=new.kind,
        title=new.title,
        text=new.text,
        answers=new.answers,
        status=S.REPORTED,
        grade=new.grade,
        reporter_id=new.reporter_id,
        is_anonymous=new.is_anonymous,
        seal=seal,
        behalf=behalf,
        channel=new.channel,
        duty=new.duty,
        duty_code=new.duty and new.duty["code"],
        candidates=new.candidates,
        created_at=at,
        updated_at=at,
    )
