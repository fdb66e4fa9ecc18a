"""Facts about thanks."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class ThanksSaid(Event):
    wish_id: int
