"""Writing a day down once it is over, closing it, and taking books out as a spreadsheet."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, spreadsheets
from backend.core.actor import Actor
from backend.core.database import is_duplicate, rows, transaction
from backend.core.errors import Conflict
from backend.core.states import check, make
from backend.engines.books import queries, rules
from backend.engines.books.models import BookDay, DayStatus, TrialBalance
from backend.engines.books.rules import DaySums
from backend.engines.books.schemas import Close, DayDetail, DayOut, ExportQuery
from backend.engines.books.states import MOVES
from backend.engines.settlements import service as settlements
from backend.engines.wechat_bills.queries import day_bounds
from backend.foundation.audit import service as audit

DAYS_AT_ONCE = 31
MOST_ROWS = 20_000


class DayOpen(Conflict):
    code, title = "day_open", "这一天还不能结账"


# -- writing ---------------------------------------------------------------------------------------


async def write_due(limit: int = DAYS_AT_ONCE) -> int:
    """Write down the days that are over, in order; say how many. The same again does nothing."""
    last, done = await queries.last_written(), 0
    after = date.fromisoformat(last) + timedelta(days=1) if last else await queries.first_posted()
    while after is not None and after < clock.today() and done < limit:
        await _write(str(after))
        after += timedelta(days=1)
        done += 1
    return done


async def _write(day: str) -> None:
    found = await queries.sums(*day_bounds(day))
    try:
        async with transaction():
            await _write_trial(day, found)
            await _write_days(day, found)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise


async def _write_trial(day: str, found: DaySums) -> None:
    before = str(date.fromisoformat(day) - timedelta(days=1))
    stood = {one.kind: one.closing for one in await TrialBalance.filter(day=before)}
    made = []
    for kind in sorted(stood.keys() | found.kinds.keys()):
        one = found.kinds[kind]
        closing = stood.get(kind, 0) + one.gained - one.given
        trial = TrialBalance(
            day=day, kind=kind, gained=one.gained, given=one.given, closing=closing
        )
        made.append(trial)
    await TrialBalance.bulk_create(made)


async def _write_days(day: str, found: DaySums) -> None:
    payees = {f"payee:{row['id']}": row for row in await rows(_PAYEES)}
    stood = {row["payee_id"]: int(row["closing"]) for row in await rows(_STOOD, day)}
    made = []
    for account, figures in sorted(found.payees.items()):
        payee = payees[account]
        made.append(
            BookDay(
                **queries.written(figures, stood.get(payee["id"], 0)),
                payee_id=payee["id"],
                payee_name=payee["name"],
                unit_id=payee["unit_id"],
                day=day,
                status=DayStatus.OPEN,
                created_at=clock.now(),
            )
        )
    await BookDay.bulk_create(made)


_PAYEES = "SELECT id, name, unit_id FROM payments_payee"
_STOOD = (
    "SELECT d.payee_id, d.closing FROM books_day d JOIN (SELECT payee_id, MAX(day) AS day "
    "FROM books_day WHERE day < ? GROUP BY payee_id) l ON l.payee_id = d.payee_id AND l.day = d.day"
)


# -- closing ---------------------------------------------------------------------------------------


async def close(actor: Actor, day_id: int, body: Close) -> DayDetail:
    """Close a day: its bills are compared, nothing waits, and the ledger says the same.

    Raises NotFound, Forbidden, WrongState, StaleVersion, DayOpen.
    """
    one = await queries.get(actor, day_id)
    check(one, MOVES["close"], actor, body.version)
    seen = await queries.detail(actor, day_id)
    if not seen.is_compared:
        raise DayOpen("微信账单还没有核对完")
    if seen.waiting:
        raise DayOpen(f"还有 {seen.waiting} 条差异没有认定", waiting=seen.waiting)
    if not seen.is_same:
        raise DayOpen("重新计算的结果与账面不一致，请联系管理员")
    sealed: dict[str, Any] = {"digest": rules.digest(one.figures())}
    sealed |= {"closed_by": actor.user_id, "closed_at": clock.now()}
    await make(one, MOVES["close"], actor, version=body.version, **sealed)
    await settlements.seal(one.payee_id, one.day)
    facts = {"day": one.day, "closing": one.closing, "digest": one.digest}
    await audit.record(actor, "books.closed", f"payee:{one.payee_id}", **facts)
    return await queries.detail(actor, day_id)


# -- taking out ------------------------------------------------------------------------------------

_HEADER = ("日期", "收款方", "期初", "收入", "退款", "手续费", "净额", "期末", "笔数", "状态")


async def export(actor: Actor, query: ExportQuery) -> bytes:
    """Days as a spreadsheet (.xlsx), money in yuan; that they were taken out is recorded."""
    condition, params = queries.chosen(actor, query.payee_id, query.first, query.last)
    sql = f"SELECT id FROM books_day WHERE {condition} ORDER BY day, payee_id LIMIT ?"  # noqa: S608
    ids = [row["id"] for row in await rows(sql, *params, MOST_ROWS)]
    days = await BookDay.filter(id__in=ids or [0]).order_by("day", "payee_id")
    found = await queries.shown(actor, days)
    async with transaction():
        span = f"{query.first}/{query.last}"
        await audit.record(actor, "books.exported", "books:days", span=span, rows=len(found))
    return await asyncio.to_thread(_sheet, found)


def _sheet(days: Sequence[DayOut]) -> bytes:
    kinds = sorted({one.kind for day in days for one in day.income_by})
    names = [f"收入：{rules.label_of(kind)}" for kind in kinds]
    return spreadsheets.write("日账", [*_HEADER, *names], (_cells(day, kinds) for day in days))


def _cells(one: DayOut, kinds: Sequence[str]) -> list[object]:
    money = (one.opening, one.income, one.refunds, one.fees, one.net, one.closing)
    by = {part.kind: part.amount for part in one.income_by}
    return [
        str(one.day),
        one.payee_name,
        *(amount / 100 for amount in money),
        one.count,
        one.status_name,
        *(by.get(kind, 0) / 100 for kind in kinds),
    ]
