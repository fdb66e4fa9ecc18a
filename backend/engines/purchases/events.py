"""Facts about purchases."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class PurchaseMoved(Event):
    """A move of the table was made; `kind` is the purchase's, `shelf` or `meal`."""

    purchase_id: int
    move: str
    kind: str
    shop_id: int
    buyer_id: int | None


@dataclass(frozen=True)
class PurchaseUndone(Event):
    """Closed before it was paid, or paid back as a whole: rooms free what they held."""

    purchase_id: int
    kind: str
