"""What a dwelling is asked for: one pure function for preview, run and re-issue alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from backend.core.labels import Labelled
from backend.engines.tariffs import queries as tariffs
from backend.engines.tariffs.queries import Basis, Span, Step


class RunStatus(Labelled):
    RUNNING = "running", "正在生成"
    DONE = "done", "已完成"


class Ground(Labelled):
    """Why somebody pays less."""

    VACANT = "vacant", "空置房"
    HARDSHIP = "hardship", "困难家庭"
    SERVICE = "service", "服务瑕疵"
    AGREEMENT = "agreement", "合同约定"
    CORRECTION = "correction", "计费更正"


class Skip(Labelled):
    """Why a dwelling gets no bill."""

    NO_SQUARE = "no_square", "没有建筑面积"
    NO_READING = "no_reading", "没有本期读数"
    NOTHING = "nothing", "本期没有费用"
    TOO_MUCH = "too_much", "金额异常偏高，请核对"


@dataclass(frozen=True)
class Price:
    """What a bill is computed with."""

    basis: Basis
    span: Span
    months: int
    price: int
    steps: Sequence[Step]
    unit: str


@dataclass(frozen=True)
class Home:
    """A dwelling as a bill needs it; `reading` is a row of the period's reading."""

    square: int | None
    off: int = 0
    grounds: str = ""
    reading: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Computed:
    """The amount in fen with all figures that lead to it."""

    amount: int
    detail: dict[str, Any] = field(default_factory=dict)


def compute(price: Price, home: Home) -> Computed | Skip:
    """What the dwelling owes, or why nothing."""
    found = _full(price, home)
    if isinstance(found, Skip):
        return found
    amount = found.amount
    if home.off:
        amount = tariffs.half_up(amount * (100 - home.off), 100)
        found.detail.update(off=home.off, grounds=home.grounds)
    if amount > tariffs.MOST_FEN:
        return Skip.TOO_MUCH
    return Computed(amount, found.detail) if amount else Skip.NOTHING


def _full(price: Price, home: Home) -> Computed | Skip:
    said: dict[str, Any] = {"basis": price.basis.value}
    if price.basis is Basis.FIXED:
        said |= {"price": price.price, "months": price.months}
        return Computed(tariffs.fixed(price.price, price.months), said)
    if price.basis is Basis.AREA:
        if not home.square:
            return Skip.NO_SQUARE
        said |= {"square": home.square, "price": price.price, "months": price.months}
        return Computed(tariffs.by_area(home.square, price.price, price.months), said)
    if home.reading is None:
        return Skip.NO_READING
    usage = int(home.reading["usage"])
    said |= {name: home.reading[name] for name in ("previous", "value", "read_on")}
    said["read_on"] = str(said["read_on"])[:10]
    parts = [vars(one) for one in tariffs.parts_of(usage, price.steps)]
    said |= {"usage": usage, "unit": price.unit, "parts": parts}
    return Computed(tariffs.metered(usage, price.steps), said)


def due_on(span: Span, due_days: int) -> date:
    return span.last + timedelta(days=due_days)


def tenure_at(number: int, began_on: date | None, span: Span) -> int:
    """Whose the period is: who owned the dwelling on its last day, as far as is known."""
    return number - 1 if number and began_on is not None and began_on > span.last else number
