"""Facts about reporting in."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class ReportedIn(Event):
    """The community has confirmed it."""

    report_id: int
    kind: str
    user_id: int
    area_path: str


@dataclass(frozen=True)
class TaskConfirmed(Event):
    claim_id: int
    task_id: int
    user_id: int
    minutes: int
    area_path: str
