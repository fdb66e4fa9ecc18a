"""Facts about wishes."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class WishSubmitted(Event):
    wish_id: int


@dataclass(frozen=True)
class WishReviewed(Event):
    """Approved or refused."""

    wish_id: int


@dataclass(frozen=True)
class WishEnded(Event):
    """Withdrawn, closed or expired; `claim_ids` are those called off with it."""

    wish_id: int
    claim_ids: list[int]


@dataclass(frozen=True)
class ClaimFact(Event):
    """`shares` of the wish's; the place is the wish's; `claimer_id` is 0 once they have left."""

    claim_id: int
    wish_id: int
    claimer_id: int
    area_path: str
    shares: int


@dataclass(frozen=True)
class WishClaimed(ClaimFact):
    pass


@dataclass(frozen=True)
class WishFulfilled(ClaimFact):
    """The claimer says so, with pictures; not confirmed yet."""


@dataclass(frozen=True)
class WishConfirmed(ClaimFact):
    """The wisher or the community says so too."""


@dataclass(frozen=True)
class ClaimRenewed(ClaimFact):
    """The claimer told how it goes, or is to go on: the silence begins anew."""


@dataclass(frozen=True)
class ClaimReturned(ClaimRenewed):
    """The wisher says that it is not done."""


@dataclass(frozen=True)
class ClaimReleased(ClaimFact):
    """By the claimer, the community or the clock."""
