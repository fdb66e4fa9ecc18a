"""Reading who is to be billed, what a run would make, and what runs have made."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below, marks, moment, rows
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.schemas import Page
from backend.engines.billings import rules
from backend.engines.billings.models import BillRun, Discount
from backend.engines.billings.models import Ground as Ground
from backend.engines.billings.permissions import P
from backend.engines.billings.rules import Computed, Home, Price, RunStatus, Skip
from backend.engines.billings.schemas import (
    Preview,
    RunNew,
    RunOut,
    RunQuery,
    SampleOut,
    SkippedOut,
    Trial,
    TrialHome,
    TrialOut,
)
from backend.engines.bills import queries as bills
from backend.engines.tariffs import queries as tariffs
from backend.engines.tariffs import service as pricing
from backend.engines.tariffs.queries import Basis, Span, Tariff, TariffVersion
from backend.foundation.areas import queries as areas

AHEAD = timedelta(days=400)
"""Periods that begin later than this are a slip of the pen."""
STRETCH = 2_000
"""Dwellings that one stretch of a run deals with in one transaction."""
SAMPLES = 5
PLACES = 20
# CROSS JOIN is JOIN to MariaDB; SQLite, which keeps no statistics, is told the order by it.
_HOMES = (
    "SELECT d.id, d.square, d.area_id, COALESCE(n.number, 0) AS tenure, n.began_at, "
    "r.id AS reading_id, r.previous, r.value, r.`usage`, r.read_on, "
    "EXISTS (SELECT 1 FROM bills_bill b WHERE b.tariff_id = ? AND b.dwelling_id = d.id "
    "AND b.period = ?) AS is_billed "
    "FROM areas_area a CROSS JOIN areas_dwelling d ON d.area_id = a.id "
    "LEFT JOIN tenures_tenure n ON n.dwelling_id = d.id "
    "LEFT JOIN tariffs_reading r ON r.tariff_id = ? AND r.dwelling_id = d.id AND r.period = ? "
    "AND r.live_key IS NOT NULL "
    "WHERE a.path >= ? AND a.path < ? AND d.id > ? ORDER BY d.id LIMIT ?"
)
_RUNS = (
    "SELECT b.id, b.tariff_id, b.period, b.status, b.started_at, b.done_at, t.name, a.path, "
    "t.period AS kind FROM billings_run b JOIN tariffs_tariff t ON t.id = b.tariff_id "
    "JOIN areas_area a ON a.id = b.area_id WHERE "
)
_SUMS = (
    "SELECT b.run_id, COUNT(*) AS bills, SUM(b.amount) AS amount, -COALESCE(SUM("
    "(SELECT SUM(e.amount) FROM bills_entry e WHERE e.bill_id = b.id "
    "AND e.kind IN ('payment', 'refund'))), 0) AS paid FROM bills_bill b "
    "WHERE b.status <> 'void' AND b.run_id IN ({}) GROUP BY b.run_id"
)


_SIZED = (
    "FROM areas_area a CROSS JOIN areas_dwelling d ON d.area_id = a.id "
    "WHERE a.path >= ? AND a.path < ? AND d.square > 0"
)


@dataclass(frozen=True)
class Task:
    """All that a run needs to know but the dwellings."""

    tariff: Tariff
    span: Span
    version: TariffVersion | None
    """None for what is brought along: nothing is computed then."""
    discounts: dict[int, tuple[int, str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.tariff.name} {self.span.name}"

    @property
    def due_on(self) -> date:
        return rules.due_on(self.span, self.tariff.due_days)

    @property
    def price(self) -> Price:
        tariff, version = self.tariff, self.version
        if version is None:
            raise ValueError("a task without a price computes nothing")
        months = tariff.period.months
        return Price(
            tariff.basis, self.span, months, version.price, version.ladder, tariff.meter_unit
        )

    def compute(self, row: dict[str, Any]) -> Computed | Skip:
        off, grounds = self.discounts.get(row["id"], (0, ""))
        reading = row if row["reading_id"] is not None else None
        return rules.compute(self.price, Home(row["square"], off, grounds, reading))

    def tenure(self, row: dict[str, Any]) -> int:
        began = moment(row["began_at"])
        began_on = clock.local(began).date() if began else None
        return rules.tenure_at(row["tenure"], began_on, self.span)


async def task(tariff: Tariff, period: str) -> Task:
    """What a run of the tariff for the period works with. Raises Invalid, Conflict."""
    span = pricing.spans(tariff, [period])[period]
    if span is None or span.first > clock.today() + AHEAD:
        raise Invalid(fields={"period": f"应为{tariff.period.label}的周期，且不早于生效日太远"})
    if not tariff.is_active:
        raise Conflict("这个收费项目已停用")
    version = await tariffs.price_at(tariff, span.first)
    if version is None:
        raise Invalid(fields={"period": "这个周期还没有价格"})
    return Task(tariff, span, version, await _discounts(tariff.id, span))


async def _discounts(tariff_id: int, span: Span) -> dict[int, tuple[int, str]]:
    """Percent off and its grounds by dwelling: of several the largest."""
    found = await Discount.filter(tariff_id=tariff_id, from_on__lte=span.first).order_by("percent")
    return {
        one.dwelling_id: (one.percent, one.ground.label)
        for one in found
        if one.until_on is None or one.until_on >= span.last
    }


async def stretch(work: Task, after: int, limit: int = STRETCH) -> list[dict[str, Any]]:
    """The next dwellings of the tariff's area, by id, with their readings."""
    tariff, key = work.tariff, work.span.key
    first, end = below(tariff.area.path or "")
    return await rows(_HOMES, tariff.id, key, tariff.id, key, first, end, after, limit)


async def homes(dwelling_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Dwellings by id, as `stretch` gives them, whatever their readings."""
    ids, found = sorted(dwelling_ids), dict[int, dict[str, Any]]()
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        for row in await rows(
            "SELECT d.id, d.square, d.area_id, COALESCE(n.number, 0) AS tenure, n.began_at, "  # noqa: S608
            "NULL AS reading_id FROM areas_dwelling d LEFT JOIN tenures_tenure n "
            f"ON n.dwelling_id = d.id WHERE d.id IN ({marks(some)})",
            *some,
        ):
            found[row["id"]] = row
    return found


async def _every(work: Task) -> AsyncIterator[dict[str, Any]]:
    after = 0
    while found := await stretch(work, after):
        for row in found:
            yield row
        after = found[-1]["id"]


@dataclass
class _Count:
    """What a preview adds up."""

    dwellings: int = 0
    billed: int = 0
    new: int = 0
    amount: int = 0
    samples: dict[int, Computed] = field(default_factory=dict)
    reasons: Counter[Skip] = field(default_factory=Counter)
    skipped: defaultdict[Skip, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: dict[str, Any], found: Computed | Skip) -> None:
        self.dwellings += 1
        if row["is_billed"]:
            self.billed += 1
        elif isinstance(found, Skip):
            self.reasons[found] += 1
            if len(self.skipped[found]) < PLACES:
                self.skipped[found].append(row["id"])
        else:
            self.new += 1
            self.amount += found.amount
            if len(self.samples) < SAMPLES:
                self.samples[row["id"]] = found


async def preview(actor: Actor, body: RunNew) -> Preview:
    """What a run would make now. Raises NotFound, Invalid, Conflict."""
    tariff = await tariffs.get(actor, body.tariff_id, P.READ)
    work = await task(tariff, body.period)
    count = _Count()
    async for row in _every(work):
        count.add(row, work.compute(row))
    named = [*count.samples, *(one for ids in count.skipped.values() for one in ids)]
    places = await areas.places(named)
    return Preview(
        tariff_id=tariff.id,
        period=work.span.key,
        period_name=work.span.name,
        title=work.title,
        price=tariffs.price_words(tariff, work.version) if work.version else "",
        due_on=work.due_on,
        dwellings=count.dwellings,
        billed=count.billed,
        new=count.new,
        amount=count.amount,
        skipped=_skipped(count, places),
        samples=_samples(count, places),
    )


def _skipped(count: _Count, places: dict[int, str]) -> list[SkippedOut]:
    return [
        SkippedOut(reason=why.label, count=many, places=[places[x] for x in count.skipped[why]])
        for why, many in sorted(count.reasons.items())
    ]


def _samples(count: _Count, places: dict[int, str]) -> list[SampleOut]:
    return [
        SampleOut(
            place=places[one],
            amount=found.amount,
            explained=bills.explained(found.detail, found.amount),
        )
        for one, found in count.samples.items()
    ]


# -- a price that does not hold yet --------------------------------------------------------------
async def trial(actor: Actor, body: Trial) -> TrialOut:
    """What dwellings would pay by a price, and pay today. Raises NotFound, Invalid."""
    known = None
    if body.tariff_id is not None:
        known = await tariffs.get(actor, body.tariff_id, P.RUN)
    path = known.area.path or "" if known else await areas.path_of(body.area_id)
    if known is None and not actor.may(P.RUN, path):
        raise NotFound("没有这个区域，或不归您的公司管理")
    new = _tried(body, known)
    if (new.tariff.basis is Basis.METER) != bool(body.steps):
        raise Invalid(fields={"price": "按表计量填阶梯价，其他方式填单价"})
    now = replace(new, version=await tariffs.price_at(known, clock.today())) if known else None
    many, chosen = await _typical(path, is_alike=new.tariff.basis is not Basis.AREA)
    places = await areas.places(row["id"] for row in chosen)
    reading = {"reading_id": 0, "previous": 0, "value": body.usage, "usage": body.usage}
    homes = [row | reading | {"read_on": body.valid_from} for row in chosen]
    return TrialOut(
        words=tariffs.price_words(new.tariff, new.version) if new.version else "",
        dwellings=many,
        homes=[_trial_home(row, places[row["id"]], new, now) for row in homes],
    )


def _tried(body: Trial, known: Tariff | None) -> Task:
    """The task of a run by the price tried, which is kept nowhere."""
    tariff = known or Tariff(basis=body.basis, period=body.period, meter_unit=body.meter_unit)
    steps = [one.model_dump() for one in body.steps]
    version = TariffVersion(price=body.price or 0, steps=steps, valid_from=body.valid_from)
    return Task(tariff, tariffs.span_of(tariff.period, body.valid_from), version)


def _trial_home(row: dict[str, Any], place: str, new: Task, now: Task | None) -> TrialHome:
    found = new.compute(row)
    before = now.compute(row) if now and now.version else None
    return TrialHome(
        place=place,
        square=row["square"],
        amount=found.amount if isinstance(found, Computed) else None,
        before=before.amount if isinstance(before, Computed) else None,
        explained=[found.label]
        if isinstance(found, Skip)
        else bills.explained(found.detail, found.amount),
    )


async def _typical(path: str, *, is_alike: bool) -> tuple[int, list[dict[str, Any]]]:
    """How many dwellings there are; the smallest, a middling and the largest of them by area, or
    one when they are all alike."""
    span = below(path)
    found = await rows(f"SELECT COUNT(*) AS n {_SIZED}", *span)
    many = int(found[0]["n"])
    at = sorted({0} if is_alike else {0, many // 2, many - 1}) if many else []
    one = f"SELECT d.id, d.square {_SIZED} ORDER BY d.square, d.id LIMIT 1 OFFSET ?"
    return many, [row for number in at for row in await rows(one, *span, number)]


# -- runs ----------------------------------------------------------------------------------------
async def runs(actor: Actor, query: RunQuery) -> Page[RunOut]:
    """Runs of the actor's firm, latest first. Raises NotFound for an unknown area."""
    sees, params = tariffs.scope(actor, P.READ)
    tests = [sees]
    if query.area_id is not None:
        tests.append("a.path >= ? AND a.path < ?")
        params += below(await areas.path_of(query.area_id))
    if query.cursor:
        tests.append("b.id < ?")
        params.append(paging.decode(query.cursor, int)[0])
    where = f"{' AND '.join(tests)} ORDER BY b.id DESC LIMIT ?"
    found = await rows(f"{_RUNS}{where}", *params, query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one["id"],))
    return Page(items=await _shown(items), next=after)


async def run(actor: Actor, run_id: int) -> RunOut:
    """One run. Raises NotFound."""
    sees, params = tariffs.scope(actor, P.READ)
    found = await rows(f"{_RUNS}{sees} AND b.id = ?", *params, run_id)
    if not found:
        raise NotFound("没有这次出账")
    return (await _shown(found))[0]


async def _shown(found: Sequence[dict[str, Any]]) -> list[RunOut]:
    ids = [row["id"] for row in found]
    known = await rows(_SUMS.format(marks(ids)), *ids) if ids else []
    sums = {row["run_id"]: row for row in known}
    places = await areas.full_names(row["path"] for row in found)
    shown = []
    for row in found:
        span = tariffs.span_called(tariffs.Period(row["kind"]), row["period"])
        made = sums.get(row["id"], {})
        shown.append(
            RunOut(
                id=row["id"],
                tariff_id=row["tariff_id"],
                title=f"{row['name']} {span.name if span else row['period']}",
                area_name=places[row["path"]],
                period=row["period"],
                period_name=span.name if span else row["period"],
                status=RunStatus(row["status"]),
                status_name=RunStatus(row["status"]).label,
                bills=int(made.get("bills", 0)),
                amount=int(made.get("amount", 0)),
                paid=int(made.get("paid", 0)),
                started_at=moment(row["started_at"]) or clock.now(),
                done_at=moment(row["done_at"]),
            )
        )
    return shown


async def get_run(run_id: int) -> BillRun | None:
    return await BillRun.get_or_none(id=run_id)
