"""The clocks of one order as they would have run: `engines.clocks` in memory."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from backend.engines.clocks import queries
from backend.engines.clocks.models import UNMET, OrderClock
from backend.engines.clocks.queries import Nearest
from backend.engines.clocks.rules import BY_GRADE, ClockKind, Policy

SAID_AFTER = timedelta(seconds=9)
"""So long after a deadline the worker tells that it has passed."""


class Timers:
    """All rounds of one order's clocks; every change answers with the nearest deadline."""

    def __init__(self, order_id: int) -> None:
        self.order_id = order_id
        self.all: list[OrderClock] = []
        self.round = 0

    @property
    def current(self) -> list[OrderClock]:
        return [one for one in self.all if one.round == self.round]

    def nearest(self) -> Nearest:
        return queries.nearest(self.current)

    def start(self, at: datetime, grade: str, hours: Mapping[str, int]) -> Nearest:
        """A new round by the grade's policy; `hours` by kind come before it."""
        self.stop(at)
        self.round += 1
        policy = BY_GRADE[grade]
        for kind in ClockKind:
            self.all.append(self._clock(at, kind, policy, hours))
        return self.nearest()

    def _clock(
        self, at: datetime, kind: ClockKind, policy: Policy, hours: Mapping[str, int]
    ) -> OrderClock:
        whole = timedelta(hours=hours.get(kind.value, policy.hours(kind)))
        remind = at + whole * policy.remind
        return OrderClock(
            order_id=self.order_id,
            round=self.round,
            kind=kind,
            calendar=policy.calendar,
            started_at=at,
            due_at=at + whole,
            remind_at=remind,
            fire_at=remind,
        )

    def fire(self, until: datetime) -> Iterator[tuple[datetime, OrderClock]]:
        """Reminders and deadlines that come by then: each that is missed, when it is told."""
        for one in sorted(self.current, key=lambda one: one.due_at):
            if one.state != "running" or one.fire_at is None:
                continue
            if one.due_at + SAID_AFTER <= until:
                one.overdue_at, one.fire_at = one.due_at + SAID_AFTER, None
                yield one.overdue_at, one
            elif one.remind_at <= until:
                one.fire_at = one.due_at

    def meet(self, at: datetime, kinds: Collection[ClockKind]) -> Nearest:
        return self._end([one for one in self.current if one.kind in kinds], "met", at)

    def stop(self, at: datetime) -> Nearest:
        return self._end(self.current, "void", at)

    def _end(self, clocks: list[OrderClock], in_time: str, at: datetime) -> Nearest:
        for one in clocks:
            one.end(in_time, at)
        return self.nearest()

    def finish(self, at: datetime) -> Nearest:
        self.meet(at, {ClockKind.DONE})
        return self.stop(at)

    def pause(self, at: datetime) -> Nearest:
        for one in self.current:
            if one.state == "running":
                one.state, one.paused_at, one.fire_at = "paused", at, None
        return self.nearest()

    def resume(self, at: datetime) -> Nearest:
        for one in self.current:
            if one.state == "paused" and one.paused_at is not None:
                self._go_on(one, one.paused_at, at)
        return self.nearest()

    def _go_on(self, one: OrderClock, paused_at: datetime, at: datetime) -> None:
        for name in ("due_at", "remind_at"):
            before = getattr(one, name)
            setattr(one, name, before + (at - paused_at) if before > paused_at else before)
        one.state, one.paused_at = "running", None
        one.paused_seconds += int((at - paused_at).total_seconds())
        one.fire_at = self._next_word(one, paused_at)

    def _next_word(self, one: OrderClock, since: datetime) -> datetime | None:
        if one.overdue_at is not None:
            return None
        return one.remind_at if one.remind_at > since else one.due_at

    def extend(self, at: datetime, hours: int) -> Nearest:
        for one in self.current:
            if one.kind is ClockKind.DONE and one.state in UNMET:
                one.due_at += timedelta(hours=hours)
                one.remind_at += timedelta(hours=hours)
                one.overdue_at = None if one.due_at > at else one.overdue_at
                if one.state == "running":
                    one.fire_at = self._next_word(one, at)
        return self.nearest()
