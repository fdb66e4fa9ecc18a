"""Facts about opinions."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class OpinionWritten(Event):
    opinion_id: int
