"""What happens to payments. Rooms react, and look at `purpose`."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class PaymentSucceeded(Event):
    """`amount` in fen, `paid_at` in ISO 8601, `subjects` as the room named them."""

    payment_id: int
    purpose: str
    payee_id: int
    payer_id: int | None
    amount: int
    method: str
    paid_at: str
    subjects: list[str]


@dataclass(frozen=True)
class PaymentClosed(Event):
    """Expired or cancelled: rooms free what they held. Money may still arrive later; then
    PaymentSucceeded follows all the same."""

    payment_id: int
    purpose: str
    subjects: list[str]
