"""Kinds of offerings, and how a morning is cut into turns. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from backend.core.labels import Labelled

MOST_TURNS = 24
SHORTEST = 10
"""Minutes of a turn."""


class OfferingKind(Labelled):
    SERVICE = "service", "便民服务"
    TRAINING = "training", "技能培训"
    JOB = "job", "就业招聘"


def turns(
    starts_at: datetime, ends_at: datetime, minutes: int | None
) -> Iterator[tuple[datetime, datetime]]:
    """The turns between two moments, each so long; one turn of all the time without a length.
    What is left at the end and is no whole turn is nobody's."""
    if minutes is None:
        yield starts_at, ends_at
        return
    length = timedelta(minutes=minutes)
    while starts_at + length <= ends_at:
        yield starts_at, starts_at + length
        starts_at += length
