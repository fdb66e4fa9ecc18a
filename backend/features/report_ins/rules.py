"""Kinds of those who report in, and limits."""

from datetime import timedelta

from backend.core.labels import Labelled

KIND = "report_task"
"""What hours of this room belong to; their owner's id is the task's."""
GRACE = timedelta(days=7)
"""So long after its day a task that somebody took may still be said to be done."""


class Kind(Labelled):
    PERSON = "person", "党员报到"
    UNIT = "unit", "单位报到"
