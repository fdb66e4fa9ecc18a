"""Facts and what follows from them. `emit` below, `@on` in the same room or a higher one.

`emit` writes one job per reaction in the caller's transaction: the reaction runs exactly when the
change it follows from was committed.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from backend.core import clock, jobs


@dataclass(frozen=True)
class Event:
    """A fact in the past tense, carrying ids and plain JSON values only."""


E = TypeVar("E", bound=Event)
Reaction = Callable[[E], Awaitable[None]]

_reactions: defaultdict[type[Event], list[str]] = defaultdict(list)


def on(event: type[E]) -> Callable[[Reaction[E]], Reaction[E]]:
    """Run the function after each `event`: once, in the worker, in a transaction of its own."""

    def register(reaction: Reaction[E]) -> Reaction[E]:
        async def run(**payload: Any) -> None:
            await reaction(event(**payload))

        name = jobs.name_of(reaction)
        jobs.declare(name, run)
        _reactions[event].append(name)
        return reaction

    return register


async def emit(event: Event) -> None:
    """Tell everyone who reacts, in the transaction at hand."""
    names = _reactions[type(event)]
    if names:
        payload = asdict(event)
        await jobs.insert([(name, payload) for name in names], clock.now())
