"""Facts about votes. That somebody has voted is none of them: nothing may follow from it, least of
all a reward."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class VotingStarted(Event):
    voting_id: int
    subject: str


@dataclass(frozen=True)
class VotingCounted(Event):
    """`passed` is the choice that won, or None."""

    voting_id: int
    subject: str
    passed: str | None


@dataclass(frozen=True)
class VotingCancelled(Event):
    voting_id: int
    subject: str
    reason: str
