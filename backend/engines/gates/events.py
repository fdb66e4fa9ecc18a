"""Facts about gates."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class GateSilent(Event):
    """A device has not been heard for a while."""

    gate_id: int
