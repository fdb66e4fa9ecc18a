"""From passings to stays, and from a stay to what it owes. Pure.

The stays of a plate in a car park are a function of the *set* of its passings: in whatever order
and however often they arrive, the same comes out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.core.labels import Labelled
from backend.engines.lots.queries import LONGEST, Tariff, fee

DOUBLE = timedelta(minutes=2)
"""A second reading in the same direction within this time is the same passing."""
TICKET_SECONDS = 600
KEPT = LONGEST
"""How long a settled stay keeps its plate: the gates keep theirs as long."""


class Phase(Labelled):
    INSIDE = "inside", "在场"
    LEFT = "left", "已离场"
    LOST = "lost", "离场未识别"
    """It came in again without having been seen to leave: what is unknown is not charged."""
    UNMATCHED = "unmatched", "入场未识别"
    """It left without having been seen to come."""


@dataclass(frozen=True)
class Passing:
    """A car passed a gate. `device` and `sequence` name the event on every node alike."""

    at: datetime
    device: int
    sequence: int
    is_entry: bool

    @property
    def key(self) -> str:
        return f"{'in' if self.is_entry else 'out'}:{self.device}:{self.sequence}"


@dataclass(frozen=True)
class Pairing:
    """One stay: `key` is that of the passing it began with, or of its end where nobody saw that."""

    key: str
    phase: Phase
    entered_at: datetime | None
    left_at: datetime | None


def pair(passings: Iterable[Passing]) -> list[Pairing]:
    """The stays, oldest first."""
    ordered = sorted(set(passings), key=lambda one: (one.at, one.device, one.sequence))
    return list(_pair(ordered))


def _pair(ordered: list[Passing]) -> Iterator[Pairing]:
    entry: Passing | None = None
    exit_at: datetime | None = None
    for one in ordered:
        if one.is_entry:
            if entry is not None and one.at - entry.at <= DOUBLE:
                continue
            if entry is not None:
                yield Pairing(entry.key, Phase.LOST, entry.at, None)
            entry = one
        elif entry is not None:
            yield Pairing(entry.key, Phase.LEFT, entry.at, one.at)
            entry, exit_at = None, one.at
        elif exit_at is None or one.at - exit_at > DOUBLE:
            yield Pairing(one.key, Phase.UNMATCHED, None, one.at)
            exit_at = one.at
    if entry is not None:
        yield Pairing(entry.key, Phase.INSIDE, entry.at, None)


@dataclass(frozen=True)
class Bill:
    """What decides what a stay owes. `free_until`: until then a pass or an invitation covers it.
    Paid for until `quoted_at`, it is free to leave until `paid_until`."""

    tariff: Tariff
    entered_at: datetime | None
    free_until: datetime | None = None
    quoted_at: datetime | None = None
    paid_until: datetime | None = None

    def fee_at(self, moment: datetime) -> int:
        """Fen of the whole stay if it ended at this moment."""
        if self.entered_at is None:
            return 0
        if self.quoted_at is not None and self.paid_until is not None:
            moment = min(moment, self.quoted_at) if moment <= self.paid_until else moment
        begins = self.entered_at if self.free_until is None else self.free_until
        return fee(self.tariff, begins, moment) if moment > begins else 0


def due(fee_: int, paid: int, waived: int) -> int:
    """Fen still to be paid; never negative."""
    return max(fee_ - paid - waived, 0)


def ticket_text(stay_id: int, expires: int) -> str:
    """What the signature of a ticket to pay covers."""
    return f"stay|{stay_id}|{expires}"
