"""Facts about bills."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class BillsIssued(Event):
    """New bills of one firm, of one stretch of a run or issued one by one."""

    bill_ids: list[int]


@dataclass(frozen=True)
class BillVoided(Event):
    bill_id: int
    dwelling_id: int
    reason: str
