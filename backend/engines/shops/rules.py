"""Kinds of shops, the licences each needs, when a shop is open. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from backend.core import clock
from backend.core.labels import Labelled

REMIND_DAYS = (30, 7, 1)
"""So many days before a licence ends its shop is told."""
INVITED_FOR = timedelta(days=3)
MOST_STAFF = 30
LOOK_AHEAD = 14
"""Days looked ahead for the next opening."""
WEEKDAYS = "一二三四五六日"


class ShopKind(Labelled):
    RESTAURANT = "restaurant", "餐饮"
    PHARMACY = "pharmacy", "药店"
    CLOTHING = "clothing", "服装百货"
    SERVICE = "service", "生活服务"
    CANTEEN = "canteen", "幸福食堂"


class LicenceKind(Labelled):
    BUSINESS = "business", "营业执照"
    FOOD = "food", "食品经营许可证"
    DRUG = "drug", "药品经营许可证"
    OTHER = "other", "其他资质"


REQUIRED: dict[ShopKind, tuple[LicenceKind, ...]] = {
    ShopKind.RESTAURANT: (LicenceKind.BUSINESS, LicenceKind.FOOD),
    ShopKind.CANTEEN: (LicenceKind.BUSINESS, LicenceKind.FOOD),
    ShopKind.PHARMACY: (LicenceKind.BUSINESS, LicenceKind.DRUG),
    ShopKind.CLOTHING: (LicenceKind.BUSINESS,),
    ShopKind.SERVICE: (LicenceKind.BUSINESS,),
}
FOREVER = date(9999, 12, 31)
"""The last day of a licence without a term (长期)."""


class StaffRole(Labelled):
    OWNER = "owner", "店主"
    CLERK = "clerk", "店员"


class Reach(StrEnum):
    """Up to which area around it a shop serves."""

    COMMUNITY = "community"
    STREET = "street"
    COUNTY = "county"


def licensed_until(kind: ShopKind, held: Iterable[tuple[LicenceKind, date]]) -> date | None:
    """The last day on which every licence that the kind needs is good; None when one is missing.

    `held` are the confirmed licences with their last days; of one kind the longest counts.
    """
    last: dict[LicenceKind, date] = {}
    for one, day in held:
        last[one] = max(day, last.get(one, day))
    if any(one not in last for one in REQUIRED[kind]):
        return None
    return min(last[one] for one in REQUIRED[kind])


def reminder_due(expires_on: date, today: date, reminded: int | None) -> int | None:
    """Which reminder (30, 7 or 1 days before) is due now and was not yet sent; None when none."""
    left = (expires_on - today).days
    due = [days for days in REMIND_DAYS if left <= days]
    if left < 0 or not due or (reminded is not None and reminded <= due[-1]):
        return None
    return due[-1]


Span = tuple[str, str]
"""Wall clock in Shanghai, `("09:00", "21:30")`; the end may be `24:00`."""


@dataclass(frozen=True)
class Hours:
    """Seven days from Monday on, days that differ, and a pause until a moment."""

    week: Sequence[Sequence[Span]]
    exceptions: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    """By ISO date; no span at all is a day closed."""
    closed_until: datetime | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any], closed_until: datetime | None) -> "Hours":
        """From the JSON that a shop's row keeps."""
        return cls(kept.get("week") or [[]] * 7, kept.get("exceptions") or {}, closed_until)

    def spans(self, day: date) -> Sequence[Span]:
        return self.exceptions.get(day.isoformat(), self.week[day.weekday()])


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether the doors are open at this moment."""
    if hours.closed_until is not None and moment < hours.closed_until:
        return False
    there = clock.local(moment)
    now = f"{there:%H:%M}"
    return any(start <= now < end for start, end in hours.spans(there.date()))


def next_opening(hours: Hours, moment: datetime) -> datetime | None:
    """When it opens next, two weeks ahead at most; None when it never does or is open now."""
    start = max(moment, hours.closed_until or moment)
    if is_open(hours, moment):
        return None
    if is_open(hours, start):
        return start
    first = clock.local(start).date()
    for day in (first + timedelta(days=n) for n in range(LOOK_AHEAD)):
        for opening, _ in hours.spans(day):
            at = datetime.combine(day, time.fromisoformat(opening), clock.SHANGHAI)
            if at > start:
                return at
    return None


def opening_words(hours: Hours, moment: datetime) -> str:
    """`营业至 21:00`, `明天 09:00 开门`, `暂停营业`: how a phone says it."""
    there = clock.local(moment)
    if is_open(hours, moment):
        now = f"{there:%H:%M}"
        end = next(end for start, end in hours.spans(there.date()) if start <= now < end)
        return f"营业至 {end}"
    opens = next_opening(hours, moment)
    if opens is None:
        return "暂停营业"
    local = clock.local(opens)
    days = (local.date() - there.date()).days
    day = {0: "今天", 1: "明天"}.get(days, f"周{WEEKDAYS[local.weekday()]}")
    return f"{day} {local:%H:%M} 开门"


def are_ordered(spans: Sequence[Span]) -> bool:
    """Whether spans have a length each and follow one another."""
    flat = [moment for span in spans for moment in span]
    return all(one < two for one, two in zip(flat[::2], flat[1::2], strict=True)) and all(
        one <= two for one, two in zip(flat[1::2], flat[2::2], strict=False)
    )
