"""Facts about points."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class PointsExpired(Event):
    """Lots of an account ended."""

    account: str
    amount: int


@dataclass(frozen=True)
class PointsTransferred(Event):
    """`to_id` is None for what went into the family's account or came out of it."""

    from_id: int
    to_id: int | None
    amount: int


@dataclass(frozen=True)
class ProofFailed(Event):
    """The books of a day do not agree."""

    proof_id: int
