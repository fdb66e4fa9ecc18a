"""Kinds of pledges, and when a step is confirmed. Pure."""

from backend.core.labels import Labelled

MOST_STEPS = 12


class Kind(Labelled):
    PROJECT = "project", "共建项目"
    PROMISE = "promise", "承诺践诺"


def is_enough(yes: int, no: int, wanted: int) -> bool:
    """Whether residents have confirmed a step: as many as wanted, and more than doubt it."""
    return yes >= wanted and yes > no
