"""How an order's life goes: who takes it, what comes between, how it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backend.core import clock
from backend.core.actor import Role
from backend.engines.dispatches import rules as dispatching
from backend.engines.dispatches.rules import COMMUNITY, Hand, Route
from backend.engines.orders.models import Grade, OrderStatus, Party
from backend.engines.orders.rules import Step, kind_of
from backend.sample import texts
from backend.sample.lives import Life, NotYet
from backend.sample.people import People, Worker
from backend.sample.texts import Saying

S = OrderStatus
OPENS, CLOSES = 7, 22
"""Hours of the day between which staff are about; for what is red, always."""
PACES = (0.6, 0.6, 0.8, 0.8, 1, 1, 1, 1, 1, 1.2, 1.2, 5)
"""How slow people are; one in twelve orders is left lying."""
_HASTE = {Grade.YELLOW: 1.0, Grade.ORANGE: 0.7, Grade.RED: 0.35}
STARS = (5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 3, 2, 1)


@dataclass
class Plan:
    """What will happen in a life; chosen by chance, or so that it comes to stand at `stop`."""

    assigned: bool = False
    declined: bool = False
    withdrawn: bool = False
    returned: bool = False
    handed_over: bool = False
    suspended: bool = False
    extended: bool = False
    missed: bool = False
    urged: bool = False
    supplemented: bool = False
    replied: bool = False
    rated: bool = False
    reopened: bool = False
    pace: float = 1.0
    """Below 1 everybody is quick, and works at night too."""
    handler: Worker | None = None

    @classmethod
    def by_chance(cls, random: Random) -> "Plan":
        chances = {
            "assigned": 0.1,
            "declined": 0.2,
            "withdrawn": 0.035,
            "returned": 0.05,
            "handed_over": 0.03,
            "suspended": 0.06,
            "extended": 0.04,
            "missed": 0.15,
            "urged": 0.08,
            "supplemented": 0.08,
            "replied": 0.15,
            "rated": 0.62,
            "reopened": 0.03,
        }
        made: dict[str, Any] = {name: random.random() < one for name, one in chances.items()}
        return cls(**made, pace=random.choice(PACES))

    @classmethod
    def to(cls, stop: S, handler: Worker | None, random: Random) -> "Plan":
        """A straight way to a status."""
        return cls(
            assigned=stop is S.ASSIGNED,
            withdrawn=stop is S.WITHDRAWN,
            suspended=stop is S.SUSPENDED,
            rated=stop is S.CLOSED,
            missed=random.random() < 0.2,
            replied=random.random() < 0.3,
            pace=0.1,
            handler=handler,
        )


@dataclass
class Story:
    """One life on its way through the plan."""

    life: Life
    plan: Plan
    saying: Saying
    """What it is really about, whatever the house reads in it."""
    crowd: People
    random: Random
    dispatchers: list[Worker]

    @property
    def order(self) -> Any:
        return self.life.order

    def later(self, first: float, last: float) -> None:
        """Some minutes on; staff are not about at night, unless it is red or the pace is quick."""
        pace = self.plan.pace * _HASTE[self.order.grade]
        minutes = self.random.uniform(first, last) * pace
        moment = self.life.at + timedelta(minutes=minutes)
        if self.plan.pace >= 0.5 and self.order.grade is not Grade.RED:
            moment = _by_day(moment, self.random)
        self.life.until(moment)

    def note(self, key: str) -> str:
        return texts.note(self.random, key)

    def pick(self, people: list[Worker]) -> Worker:
        return self.random.choice(people)

    def tell(self, reporter: Worker | None) -> None:
        """Live it, as far as it has come by now."""
        try:
            self._begin(reporter, is_sure=self.saying.reading.sure)
            self._handle()
            self._end()
        except NotYet:
            pass
        self.life.end()

    # -- before somebody has it --------------------------------------------------------------------
    def _begin(self, reporter: Worker | None, *, is_sure: bool) -> None:
        life = self.life
        life.report(reporter)
        if life.stop_at is S.REPORTED:
            raise NotYet
        life.house("accept")
        party = kind_of(self.order.kind).party
        firm = self._firm() if party is Party.PROPERTY else None
        if not is_sure and not (firm and self.order.grade is Grade.YELLOW):
            self._ruled()
            return
        lead = self._lead() if is_sure and self.order.grade is not Grade.YELLOW else None
        chosen = dispatching.route(party, self.order.grade, firm, lead)
        life.place(None, chosen, Step(facts=self._facts(chosen.main)))

    def _firm(self) -> Hand | None:
        firm = self.crowd.firms.get(self.order.compound_id or 0)
        return Hand(Party.PROPERTY, firm.id, firm.name) if firm else None

    def _lead(self) -> Hand | None:
        duty = self.order.duty
        unit = self.crowd.unit_called(duty["department"]) if duty else None
        return Hand(Party.DEPARTMENT, unit.id, unit.name) if unit else None

    def _facts(self, main: Hand) -> dict[str, Any]:
        duty, grade = self.order.duty or {}, self.order.grade
        told = {"unit": main.name, "duty": duty.get("item")}
        return {**told, "grade": str(grade), "manner": grade.manner}

    def _ruled(self) -> None:
        """A dispatcher decides."""
        self.later(8, 70)
        by = self.pick(self.dispatchers)
        self._rule_duty()
        lead, firm = self._lead(), self._firm()
        main = COMMUNITY
        if self.order.kind == "repair" and firm:
            main = firm
        elif lead and (self.order.grade is Grade.RED or self.random.random() < 0.3):
            main = lead
        chosen = Route(main, dispatching.helpers_of(main, self.order.grade, lead))
        facts = {**self._facts(main), "is_final": self.order.returned >= 2}
        self.life.place(by, chosen, Step(note=self.note("dispatch"), facts=facts))

    def _rule_duty(self) -> None:
        item = texts.item(self.saying.code)
        if item is None or self.order.duty_code == self.saying.code:
            return
        duty = {"code": item.code, "item": item.item, "department": item.lead, "sureness": 1.0}
        self.life.set(duty={**duty, "words": []}, duty_code=item.code)

    # -- in somebody's hands -----------------------------------------------------------------------
    def _takers(self) -> list[Worker]:
        order, wanted = self.order, self.plan.handler
        found = self.crowd.colleagues(order.party, order.unit_id, order.area_path)
        return [wanted] if wanted in found else found

    def _handle(self) -> None:
        if self.plan.urged and self.random.random() < 0.5:
            self._hurry()
        if self.plan.withdrawn:
            self.later(5, 90)
            self.life.withdraw(self.note("withdraw"))
            raise NotYet
        handler = self._taken()
        if self.plan.handed_over:
            handler = self._hand_over(handler)
        self._contact(handler)
        if self.plan.returned and self.order.returned < 2:
            self.plan.returned = False
            self.later(20, 120)
            self.life.send_back(handler, self.note("return"))
            self._ruled()
            self._handle()
            return
        self._work(handler)

    def _hurry(self) -> None:
        if self.order.urged == 0:
            self.later(60, 200)
            self.life.urge(self.note("urge"))

    def _taken(self) -> Worker:
        """Somebody takes it from the pool, or is told to."""
        takers = self._takers()
        handler = self.pick(_ranked(takers))
        if self.plan.assigned:
            self.later(6, 60)
            by = self.pick(self.dispatchers)
            self.life.hand_to("assign", by, handler, Step(note=self.note("dispatch")))
            if self.plan.declined:
                self.later(5, 40)
                reason = Step(note=self.note("decline"), is_public=False)
                self.life.decline(handler, reason)
                handler = self.pick([one for one in takers if one != handler] or takers)
        self.later(3, 50)
        self.life.take(handler)
        return handler

    def _hand_over(self, handler: Worker) -> Worker:
        others = [one for one in self._takers() if one != handler]
        if not others:
            return handler
        self.later(10, 60)
        colleague = self.pick(_ranked(others))
        reason = Step(note=self.note("transfer"), is_public=False)
        self.life.hand_to("transfer", handler, colleague, reason)
        self.later(5, 40)
        self.life.take(colleague)
        return colleague

    def _contact(self, handler: Worker) -> None:
        if self.plan.missed:
            self.later(4, 20)
            self.life.contact(handler, self.note("no_answer"), is_reached=False)
        self.later(2, 32)
        self.life.contact(handler, self.note("contact"), is_reached=True)

    def _work(self, handler: Worker) -> None:
        if self.plan.supplemented:
            self.later(5, 60)
            text = Step(note=self.note("supplement"))
            self.life.move("supplement", None, text)
        if self.order.kind not in ("suggestion", "help") or self.random.random() < 0.5:
            self.later(20, 150)
            self.life.arrive(handler, self.note("arrive"))
        if self.plan.replied:
            self.later(5, 90)
            self.life.move("reply", handler, Step(note=self.note("reply")))
        self._wait(handler)
        self._close_parts()
        self.later(20, 420)
        again = "再次上门处理：" if self.order.reopened else ""
        self.life.resolve(handler, again + self.saying.result)

    def _wait(self, handler: Worker) -> None:
        if self.plan.suspended:
            self.later(10, 60)
            self.life.suspend(handler, self.note("suspend"))
            self.later(700, 4000)
            self.life.resume(handler)
        if self.plan.extended:
            self.later(30, 200)
            hours = self.random.choice((12, 24, 48, 72))
            self.life.extend(handler, hours, self.note("extend"))
            self.later(30, 400)
            ruling = self.note("refuse") if self.random.random() < 0.2 else None
            rulers = [one for one in self.dispatchers if one != handler]
            self.life.rule(self.pick(rulers), ruling)

    def _close_parts(self) -> None:
        for part in [one for one in self.life.parts if one.closed_at is None]:
            helpers = self.crowd.colleagues(part.party, part.unit_id, self.order.area_path)
            self.later(20, 200)
            self.life.close_part(part, self.pick(helpers), self.note("part"))

    # -- afterwards --------------------------------------------------------------------------------
    def _end(self) -> None:
        order = self.order
        if self.plan.reopened and order.reopened == 0:
            self.life.later(self.random.uniform(120, 3000))
            self.life.reopen(self.note("reopen"))
            self._ruled()
            self._handle()
            self._end()
            return
        if self.plan.rated and order.reporter_id != order.handler_id:
            # People look at it in their own time, day or night.
            self.life.later(self.random.uniform(30, 3500) * min(self.plan.pace, 1))
            stars = self.random.choice(STARS)
            self.life.rate(stars, texts.rating(self.random, stars))
            return
        self.life.until(order.close_at + timedelta(seconds=self.random.randint(5, 590)))
        self.life.house("close", close_at=None)


def _ranked(people: list[Worker]) -> list[Worker]:
    """Social workers and managers twice as often as others."""
    often = (Role.SOCIAL_WORKER, Role.PROPERTY_STAFF)
    return people + [one for one in people if one.role in often]


def _by_day(moment: datetime, random: Random) -> datetime:
    """The same moment, or the next morning when staff are not about."""
    there = clock.local(moment)
    if OPENS <= there.hour < CLOSES:
        return moment
    day = there + timedelta(days=1) if there.hour >= CLOSES else there
    morning = day.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return (morning + timedelta(minutes=random.randint(1, 50))).astimezone(moment.tzinfo)
