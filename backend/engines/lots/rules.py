"""What a stay costs. Pure: fen, and moments read on the clock of Shanghai, which never jumps.

A parking day begins at midnight, or where there is a night rate when the night ends. Each part of
a day (day, night) is charged by steps begun, up to its cap; a parking day up to the day's cap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.core import clock
from backend.core.labels import Labelled

DAY_MINUTES = 24 * 60
LONGEST = timedelta(days=400)
"""A stay is charged for so long and no longer: a car left for good is no bill but a case."""


class SpaceKind(Labelled):
    OWNED = "owned", "产权车位"
    RENTED = "rented", "租赁车位"
    VISITOR = "visitor", "访客车位"


@dataclass(frozen=True)
class Night:
    """From one minute of the day to another one (of the next day), with prices of its own."""

    begins: int
    ends: int
    step_price: int
    cap: int | None = None


@dataclass(frozen=True)
class Tariff:
    """`free_minutes` are free only when the whole stay is no longer than they are."""

    free_minutes: int
    step_minutes: int
    step_price: int
    day_cap: int | None = None
    night: Night | None = None


def fee(tariff: Tariff, entered_at: datetime, left_at: datetime) -> int:
    """Fen for a stay; 0 for one that ends before it begins."""
    left_at = min(left_at, entered_at + LONGEST)
    if left_at - entered_at <= timedelta(minutes=tariff.free_minutes):
        return 0
    begins, ends = clock.local(entered_at), clock.local(left_at)
    return sum(_day(tariff, day, begins, ends) for day in _days(tariff, begins, ends))


def _days(tariff: Tariff, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """The beginning of every parking day that the stay touches."""
    start = tariff.night.ends if tariff.night else 0
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight + timedelta(minutes=start)
    if day > begins:
        day -= timedelta(days=1)
    while day < ends:
        yield day
        day += timedelta(days=1)


def _day(tariff: Tariff, day: datetime, begins: datetime, ends: datetime) -> int:
    night = tariff.night
    length = DAY_MINUTES - ((night.ends - night.begins) % DAY_MINUTES if night else 0)
    dusk = day + timedelta(minutes=length)
    total = _steps(tariff, max(begins, day), min(ends, dusk)) * tariff.step_price
    if night is not None:
        dawn = day + timedelta(days=1)
        dark = _steps(tariff, max(begins, dusk), min(ends, dawn)) * night.step_price
        total += dark if night.cap is None else min(dark, night.cap)
    return total if tariff.day_cap is None else min(total, tariff.day_cap)


def _steps(tariff: Tariff, begins: datetime, ends: datetime) -> int:
    """Steps begun between the two; none when there is no time between them."""
    if ends <= begins:
        return 0
    return -((begins - ends) // timedelta(minutes=tariff.step_minutes))
