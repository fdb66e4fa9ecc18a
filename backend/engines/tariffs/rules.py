"""Periods and amounts: exact, rounded once, half a fen up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from backend.core.labels import Labelled

PRICE = 10_000
"""Prices are whole 0.0001 yuan (0.01 fen) per m² and month, per month, or per unit of a meter."""
MILLI = 1_000
"""Meters count in 0.001 of their unit."""
MOST_FEN = 10_000_000
"""No single bill is higher: more is a slip of the pen."""


class Basis(Labelled):
    AREA = "area", "按建筑面积"
    FIXED = "fixed", "按户定额"
    METER = "meter", "按表计量"


class Period(Labelled):
    MONTH = "month", "按月"
    QUARTER = "quarter", "按季"
    YEAR = "year", "按年"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "year": 12}[self.value]


@dataclass(frozen=True)
class Span:
    """One service period: its key (`2026-11`, `2026Q4`, `2026`) with its first and last day."""

    key: str
    first: date
    last: date

    @property
    def name(self) -> str:
        year = self.first.year
        if "Q" in self.key:
            return f"{year}年第{self.key[-1]}季度"
        return f"{year}年{self.first.month}月" if "-" in self.key else f"{year}年"


def span_of(period: Period, day: date) -> Span:
    """The period that the day lies in."""
    month = (day.month - 1) // period.months * period.months + 1
    first = date(day.year, month, 1)
    after = date(day.year + (month + period.months > 12), (month + period.months - 1) % 12 + 1, 1)
    key = {
        Period.MONTH: f"{day.year}-{month:02d}",
        Period.QUARTER: f"{day.year}Q{(month + 2) // 3}",
        Period.YEAR: str(day.year),
    }[period]
    return Span(key, first, after - timedelta(days=1))


def span_called(period: Period, key: str) -> Span | None:
    """The period of this key, None when it is none of its kind."""
    try:
        if period is Period.YEAR:
            month = 1
        elif period is Period.QUARTER:
            month = int(key[5:]) * 3 - 2
        else:
            month = int(key[5:])
        found = span_of(period, date(int(key[:4]), month, 1))
    except ValueError:
        return None
    return found if found.key == key else None


def before(period: Period, span: Span) -> Span:
    return span_of(period, span.first - timedelta(days=1))


@dataclass(frozen=True)
class Step:
    """One step 阶梯 of a metered price: `price` for what lies below `up_to` (0.001 units, None:
    without end) and above the step before."""

    up_to: int | None
    price: int


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two whole numbers ≥ 0, half a unit rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def by_area(square: int, price: int, months: int) -> int:
    """Fen for `square` (0.01 m²) at `price` (0.01 fen per m² and month)."""
    return half_up(square * price * months, 100 * 100)


def fixed(price: int, months: int) -> int:
    """Fen for `price` (0.01 fen a month)."""
    return half_up(price * months, 100)


@dataclass(frozen=True)
class Part:
    """So much of a usage (0.001 units) at one price."""

    usage: int
    price: int


def parts_of(usage: int, steps: Sequence[Step]) -> list[Part]:
    """The usage divided among the steps."""
    found, below = [], 0
    for step in steps:
        top = usage if step.up_to is None else min(usage, step.up_to)
        if top > below:
            found.append(Part(top - below, step.price))
        below = max(below, top)
    return found


def metered(usage: int, steps: Sequence[Step]) -> int:
    """Fen for a usage (0.001 units): the exact sum over its parts, rounded once."""
    return half_up(sum(one.usage * one.price for one in parts_of(usage, steps)), MILLI * 100)


def are_steps(steps: Sequence[Step]) -> bool:
    """Whether the steps rise without a gap and only the last is without end."""
    tops = [one.up_to for one in steps]
    if not tops or tops[-1] is not None or None in tops[:-1]:
        return False
    bounds = [0, *(top for top in tops[:-1] if top is not None)]
    return all(low < high for low, high in pairwise(bounds))


@dataclass(frozen=True)
class Dial:
    """How a meter shows what it counts: so many whole digits, then it begins anew at zero."""

    digits: int

    @property
    def round(self) -> int:
        return int(10**self.digits) * MILLI


@dataclass(frozen=True)
class Seen:
    """A reading as entered. Of a meter that was exchanged also what the old one showed at last and
    the new one at first."""

    value: int
    is_rolled_over: bool = False
    old_end: int | None = None
    new_start: int | None = None


class Unlikely(Exception):
    """The figures cannot be true; the message says why, for people."""


def usage_of(previous: int, seen: Seen, dial: Dial) -> int:
    """What went through since the reading before (0.001 units). Raises Unlikely."""
    if max(seen.value, seen.old_end or 0, seen.new_start or 0) >= dial.round:
        raise Unlikely("读数超出表盘位数")
    if seen.old_end is not None:
        return _through(
            previous, seen.old_end, dial, is_rolled_over=seen.is_rolled_over
        ) + _through(seen.new_start or 0, seen.value, dial, is_rolled_over=False)
    return _through(previous, seen.value, dial, is_rolled_over=seen.is_rolled_over)


def _through(start: int, end: int, dial: Dial, *, is_rolled_over: bool) -> int:
    if is_rolled_over:
        if end >= start:
            raise Unlikely("本次读数不小于上次，没有过零")
        return end + dial.round - start
    if end < start:
        raise Unlikely("本次读数小于上次，请核对，或注明表计过零、换表")
    return end - start


def yuan(fen: int) -> str:
    """`1,234.50`: fen as people read them."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def price_text(price: int) -> str:
    """`1.25` or `0.5469`: a price in yuan without idle zeros, two decimals at least."""
    whole, rest = divmod(price, PRICE)
    text = f"{rest:04d}".rstrip("0")
    return f"{whole}.{text:<02}" if len(text) < 2 else f"{whole}.{text}"


def quantity_text(milli: int) -> str:
    """`12` or `12.5`: thousandths as people read them."""
    whole, rest = divmod(milli, MILLI)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")
