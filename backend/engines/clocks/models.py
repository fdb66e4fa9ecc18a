"""A row per deadline, the policies they follow, and the days that break the week."""

from datetime import datetime

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.clocks.rules import Calendar, ClockKind

__all__ = ["UNMET", "Calendar", "CalendarDay", "ClockKind", "ClockPolicy", "OrderClock"]

UNMET = ("running", "paused")
"""States of a deadline that nothing has settled yet."""


class OrderClock(Row):
    """One deadline of one order. `state`: running, paused, met, late, void.

    `fire_at` is when the clock next has something to say (a reminder, then that it is overdue)
    and null when it has not: the worker looks at due ones only, however many clocks there are.
    """

    order_id = fields.BigIntField()
    round = fields.SmallIntField(default=1)
    kind = fields.CharEnumField(ClockKind, max_length=8)
    state = CodeField(max_length=8, default="running")
    calendar = fields.CharEnumField(Calendar, max_length=8, default=Calendar.ALWAYS)
    started_at = UtcDatetimeField()
    due_at = UtcDatetimeField()
    remind_at = UtcDatetimeField()
    fire_at = UtcDatetimeField(null=True, db_index=True)
    met_at = UtcDatetimeField(null=True)
    paused_at = UtcDatetimeField(null=True)
    paused_seconds = fields.IntField(default=0)
    overdue_at = UtcDatetimeField(null=True)
    """When it was told to be overdue, since its deadline was last moved."""

    class Meta:
        table = "order_clock"
        unique_together = (("order_id", "round", "kind"),)

    def end(self, in_time: str, now: datetime) -> bool:
        """Settle it for good: late, or as `in_time` (met, void) says; False when it was settled
        before. Of a paused one counts the time until it was paused."""
        if self.state not in UNMET:
            return False
        until = self.paused_at or now
        is_late = self.overdue_at is not None or until > self.due_at
        self.state = "late" if is_late else in_time
        self.met_at = None if self.state == "void" else until
        self.paused_seconds += int((now - until).total_seconds())
        self.paused_at = self.fire_at = None
        return True


class ClockPolicy(Row):
    """Hours for a kind of order and a grade; an empty kind stands for every kind."""

    order_kind = CodeField(max_length=20, default="")
    grade = CodeField(max_length=8)
    contact = fields.SmallIntField()
    arrive = fields.SmallIntField()
    done = fields.SmallIntField()
    calendar = fields.CharEnumField(Calendar, max_length=8, default=Calendar.ALWAYS)
    remind_percent = fields.SmallIntField(default=75)
    changed_by = fields.BigIntField()
    changed_at = UtcDatetimeField()

    class Meta:
        table = "order_clock_policy"
        unique_together = (("order_kind", "grade"),)


class CalendarDay(Row):
    """A day that is not what the weekday or the known calendar says."""

    day = fields.DateField(unique=True)
    is_workday = fields.BooleanField()
    note = fields.CharField(max_length=60, default="")

    class Meta:
        table = "order_calendar_day"
