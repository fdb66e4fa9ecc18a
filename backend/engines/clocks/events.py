"""What clocks have to say. Each is told once for a deadline as it stands."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class DeadlineNear(Event):
    order_id: int
    kind: str
    due_at: str


@dataclass(frozen=True)
class OrderOverdue(Event):
    """The deadline passed and nobody had met it. `due_at` is ISO-8601 UTC."""

    order_id: int
    kind: str
    due_at: str
