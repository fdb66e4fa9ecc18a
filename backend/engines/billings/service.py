"""Making bills, each once: a run goes on in stretches, and a stretch done twice does nothing."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import dialect, duplicate_is, execute
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.events import emit
from backend.core.jobs import enqueue, job
from backend.core.states import check
from backend.engines.billings import queries
from backend.engines.billings.models import BillRun, Discount, Ground, RunStatus
from backend.engines.billings.permissions import P
from backend.engines.billings.queries import Task
from backend.engines.billings.rules import Computed, Skip
from backend.engines.billings.schemas import ReissueBody, RunNew, RunOut
from backend.engines.bills import queries as bills
from backend.engines.bills.events import BillsIssued
from backend.engines.bills.queries import BillDetail, BillStatus
from backend.engines.tariffs import queries as tariffs
from backend.engines.tariffs import service as pricing
from backend.engines.tariffs.queries import ReadingNew, ReadingOut, Tariff
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit

_COLUMNS = (
    "tariff_id, version_id, run_id, batch, dwelling_id, tenure, area_id, unit_id, period, issue, "
    "title, first_day, last_day, due_on, amount, owed, detail, reading_id, status, is_disputed, "
    "issued_at, version"
)
AT_ONCE = 250
"""Bills per INSERT."""


# -- runs ----------------------------------------------------------------------------------------
async def start(actor: Actor, body: RunNew) -> RunOut:
    """Begin a run; one that has been asked for before goes on where bills are missing.

    Raises NotFound, Invalid, Conflict.
    """
    tariff = await tariffs.get(actor, body.tariff_id, P.RUN)
    work = await queries.task(tariff, body.period)
    run = await BillRun.get_or_none(tariff_id=tariff.id, period=work.span.key)
    if run is None:
        run = await _new_run(actor, work)
    else:
        await BillRun.filter(id=run.id).update(status=RunStatus.RUNNING, done_at=None)
    path = tariff.area.path or ""
    await audit.record(actor, "billings.run", f"run:{run.id}", path, period=run.period)
    await enqueue(issue, run_id=run.id, after=0)
    return await queries.run(actor, run.id)


async def _new_run(actor: Actor, work: Task) -> BillRun:
    with duplicate_is(Conflict("这一期正在出账，请稍后刷新")):
        return await BillRun.create(
            tariff_id=work.tariff.id,
            unit_id=work.tariff.unit_id,
            area_id=work.tariff.area_id,
            period=work.span.key,
            status=RunStatus.RUNNING,
            started_by=actor.user_id,
            started_at=clock.now(),
        )


@job()
async def issue(run_id: int, after: int) -> None:
    """One stretch of a run: make what is missing among the next dwellings, then the next stretch.

    Commits together with the job's removal, so a killed worker's stretch is done again as a whole.
    """
    run = await queries.get_run(run_id)
    if run is None:
        return
    tariff = await tariffs.tariff_with_area(run.tariff_id)
    work = await queries.task(tariff, run.period)
    found = await queries.stretch(work, after)
    if not found:
        done = {"status": RunStatus.DONE, "done_at": clock.now()}
        await BillRun.filter(id=run.id, status=RunStatus.RUNNING).update(**done)
        return
    await issue_rows(work, run.id, [row for row in found if not row["is_billed"]])
    await enqueue(issue, run_id=run_id, after=found[-1]["id"])


async def issue_rows(work: Task, run_id: int, found: Sequence[dict[str, Any]]) -> int:
    """Make the bills of these dwellings that are not there yet; say how many."""
    batch = secrets.token_hex(16)
    made = [
        _values(work, run_id, batch, row, computed)
        for row in found
        if not isinstance(computed := work.compute(row), Skip)
    ]
    for start in range(0, len(made), AT_ONCE):
        await _insert(made[start : start + AT_ONCE])
    ids = await bills.issued_in(run_id, batch)
    if ids:
        await emit(BillsIssued(ids))
    return len(ids)


def _values(
    work: Task, run_id: int, batch: str, row: dict[str, Any], computed: Computed, issue_no: int = 0
) -> tuple[Any, ...]:
    tariff, span = work.tariff, work.span
    return (
        tariff.id,
        work.version and work.version.id,
        run_id,
        batch,
        row["id"],
        work.tenure(row),
        row["area_id"],
        tariff.unit_id,
        span.key,
        issue_no,
        work.title,
        span.first,
        span.last,
        work.due_on,
        computed.amount,
        computed.amount,
        json.dumps(computed.detail, ensure_ascii=False),
        row["reading_id"],
        BillStatus.UNPAID.value,
        0,
        clock.now(),
        1,
    )


async def _insert(made: Sequence[tuple[Any, ...]]) -> None:
    """Rows whose key (tariff, dwelling, period, issue) is there already are left out."""
    verb = "INSERT OR IGNORE" if dialect() == "sqlite" else "INSERT IGNORE"
    one = f"({','.join('?' * len(made[0]))})"
    sql = f"{verb} INTO bills_bill ({_COLUMNS}) VALUES {','.join([one] * len(made))}"
    await execute(sql, *(value for row in made for value in row))


# -- one by one ----------------------------------------------------------------------------------
async def reissue(actor: Actor, body: ReissueBody) -> BillDetail:
    """Issue a void bill anew, with the figures of today. Raises NotFound, WrongState, Conflict."""
    wrong = await bills.staffs(actor, body.bill_id, P.RUN)
    check(wrong, bills.MOVES["reissue"], actor)
    if await bills.live_bill(wrong.tariff_id, wrong.dwelling_id, wrong.period) is not None:
        raise Conflict("这一期已经重开过账单")
    work = await queries.task(await tariffs.tariff_with_area(wrong.tariff_id), wrong.period)
    row = (await queries.stretch(work, wrong.dwelling_id - 1, 1))[0]
    computed = work.compute(row)
    if row["id"] != wrong.dwelling_id or isinstance(computed, Skip):
        raise Conflict("这户本期不产生费用，请核对面积或读数")
    batch = secrets.token_hex(16)
    values = _values(work, wrong.run_id or 0, batch, row, computed, wrong.issue + 1)
    await _insert([values])
    ids = await bills.issued_in(wrong.run_id or 0, batch)
    if not ids:
        raise Conflict("这一期已经重开过账单")
    path = await areas.path_of(wrong.area_id)
    await audit.record(actor, "billings.reissued", f"bill:{ids[0]}", path, of=wrong.id)
    await emit(BillsIssued(ids))
    return await bills.detail(actor, ids[0])


@dataclass(frozen=True)
class Brought:
    """What a dwelling owed for a period before its firm's bills were made here."""

    dwelling_id: int
    period: str
    amount: int


async def bring_in(tariff: Tariff, items: Sequence[Brought]) -> tuple[int, list[tuple[int, str]]]:
    """Write bills brought along: how many, or the (dwelling, period) that have one already, and
    then the caller undoes it all. For rooms that have checked whose they are."""
    spans = pricing.spans(tariff, {one.period for one in items})
    homes = await queries.homes({one.dwelling_id for one in items})
    batch, made = secrets.token_hex(16), []
    for one in items:
        span, row = spans[one.period], homes[one.dwelling_id]
        if span is None:
            raise Invalid(fields={"period": "这个收费项目没有这样的周期"})
        work = Task(tariff, span, None)
        made.append(_values(work, 0, batch, row, Computed(one.amount, {"note": "上线前结转"})))
    for start in range(0, len(made), AT_ONCE):
        await _insert(made[start : start + AT_ONCE])
    written = {
        (bill.dwelling_id, bill.period)
        for bill in await bills.Bill.filter(batch=batch, tariff_id=tariff.id)
    }
    known = [key for one in items if (key := (one.dwelling_id, one.period)) not in written]
    return len(written), known


async def correct_reading(actor: Actor, reading_id: int, body: ReadingNew) -> ReadingOut:
    """Correct a reading that no bill rests on. Raises NotFound, Invalid, Conflict."""
    reading = await pricing.reading_of(reading_id)
    if await bills.live_bill(reading.tariff_id, reading.dwelling_id, reading.period) is not None:
        raise Conflict("这期已出账，请先作废账单，更正读数后再重开")
    return await pricing.correct(actor, reading_id, body)


async def add_discount(  # noqa: PLR0913 - all of it is what a discount is
    actor: Actor,
    *,
    tariff_id: int,
    dwelling_id: int,
    percent: int,
    ground: Ground,
    from_on: date,
    until_on: date | None,
    key: str,
) -> Discount:
    """Let a dwelling pay less of a tariff from now on, once per `key`; for rooms that have had it
    approved. Raises NotFound for a dwelling that is not billed by it, Invalid."""
    tariff = await tariffs.tariff_with_area(tariff_id)
    if dwelling_id not in await areas.dwellings_within(tariff.area.path or "", [dwelling_id]):
        raise NotFound("没有这户")
    if until_on is not None and until_on < from_on:
        raise Invalid(fields={"until_on": "不能早于开始日"})
    made = {"percent": percent, "ground": ground, "from_on": from_on, "until_on": until_on}
    made |= {"tariff_id": tariff_id, "dwelling_id": dwelling_id}
    made |= {"agreed_by": actor.user_id, "agreed_at": clock.now()}
    discount, _ = await Discount.get_or_create(key=key, defaults=made)
    return discount
