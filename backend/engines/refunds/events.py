"""What happens to refunds. Rooms react, and look at `purpose`."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class RefundSucceeded(Event):
    """The money is back. `lines`: [[subject, fen], …]."""

    refund_id: int
    payment_id: int
    purpose: str
    lines: list[list[str | int]]


@dataclass(frozen=True)
class RefundFailed(Event):
    """The refund came to nothing: what was promised back is not, and may be asked anew."""

    refund_id: int
    payment_id: int
    purpose: str
    lines: list[list[str | int]]
    reason: str


@dataclass(frozen=True)
class RefundStuck(Event):
    """A person must look: WeChat could not deliver it, or the merchant's account is too low."""

    refund_id: int
    why: str
