"""Facts about shops."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class ShopAsked(Event):
    """Somebody registers a shop, or sends it again: the community is to look at it."""

    shop_id: int
    area_path: str


@dataclass(frozen=True)
class ShopRuled(Event):
    """Approved, refused, suspended or reinstated."""

    shop_id: int
    move: str
    reason: str


@dataclass(frozen=True)
class LicenceSent(Event):
    """A new licence of a known shop is to be looked at."""

    shop_id: int
    area_path: str
