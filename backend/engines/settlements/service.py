"""Bills against our books: differences are found, heal or are ruled; fees are posted."""

import asyncio
from collections.abc import Sequence
from typing import Any

from backend.core import clock, spreadsheets
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, rows, transaction
from backend.core.events import emit
from backend.core.states import make
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.settlements import queries
from backend.engines.settlements.events import DayCompared, DifferenceRuled
from backend.engines.settlements.models import Difference, DifferenceStatus, Kind
from backend.engines.settlements.queries import Finding
from backend.engines.settlements.schemas import Days, DifferenceOut, DifferenceQuery, Ruling
from backend.engines.settlements.states import MOVES, UNSETTLED
from backend.engines.wechat_bills import queries as bills
from backend.engines.wechat_bills import service as wechat_bills
from backend.engines.wechat_bills.queries import BillKind, WechatBill, WechatBillQuery
from backend.foundation.audit import service as audit

STEP = queries.STEP


async def run(mchid: str, day: str | None = None) -> dict[str, int | None]:
    """Fetch what is due and compare it, and the day that is named in any case; what waits, by day.

    None stands for a day whose bills are not all there.
    """
    await wechat_bills.plan(mchid)
    for _ in BillKind:
        for one in await wechat_bills.due(mchid):
            await wechat_bills.fetch(one.id)
    days = {day} if day else await bills.uncompared(mchid)
    return {each: await compare(mchid, each) for each in sorted(days)}


async def report(limit: int = 20) -> list[str]:
    """The latest bills and what waits, a line each."""
    found = await bills.listed(SYSTEM, WechatBillQuery(limit=limit))
    lines = [
        f"{one.day}\t{one.kind}\t{one.status}\t{one.line_count} lines\t{one.reason}".rstrip()
        for one in found.items
    ]
    waiting = await queries.listed(SYSTEM, DifferenceQuery(limit=100))
    return lines + [
        f"{one.day}\t#{one.id}\t{one.subject}\t{one.kind}\t{one.number}\t"
        f"theirs {one.theirs} fen\tours {one.ours} fen\t{one.status}"
        for one in waiting.items
    ]


# -- comparing -------------------------------------------------------------------------------------


async def compare(mchid: str, day: str) -> int | None:
    """Compare both bills of the day with our books; how many differences of the day wait.

    None while a bill is missing. The same again changes nothing but what has changed since. Not
    in one transaction: each step can be repeated.
    """
    pair = await bills.ready_pair(mchid, day)
    if pair is None:
        return None
    for subject, numbers in (await queries.suspects(*pair)).items():
        for start in range(0, len(numbers), STEP):
            found = await queries.findings(subject, numbers[start : start + STEP])
            await _open(mchid, day, found)
    await heal(mchid)
    for one in pair:
        await post_fees(one)
    async with transaction():
        await wechat_bills.mark_compared(pair)
        left = await Difference.filter(mchid=mchid, day=day, status__in=list(UNSETTLED)).count()
        await emit(DayCompared(mchid, day, left))
    return left


async def _open(mchid: str, day: str, found: Sequence[Finding]) -> None:
    """Write down what disagrees, once each; one that had healed is open again."""
    wrong = {_key(mchid, one): one for one in found if one.kind is not None}
    known = {one.key: one for one in await Difference.filter(key__in=list(wrong) or [""])}
    payees = await queries.payees_of([one.payment_id for one in wrong.values()])
    async with transaction():
        for key, one in wrong.items():
            if (before := known.get(key)) is None:
                payee = payees.get(one.payment_id or 0, {})
                facts = vars(one) | payee
                status, now = DifferenceStatus.OPEN, clock.now()
                await Difference.create(
                    key=key, mchid=mchid, day=day, status=status, created_at=now, **facts
                )
            elif before.status is DifferenceStatus.HEALED:
                await make(before, MOVES["recur"], SYSTEM, ruling="", grounds="")


def _key(mchid: str, one: Finding) -> str:
    return f"{mchid}|{one.subject}|{one.number}|{one.kind}"


async def heal(mchid: str) -> int:
    """Close what disagrees no longer, with the reason; say how many."""
    healed = 0
    for subject, numbers in (await queries.unsettled_numbers(mchid)).items():
        for start in range(0, len(numbers), STEP):
            part = numbers[start : start + STEP]
            now = {one.number: one for one in await queries.findings(subject, part)}
            for one in await queries.unsettled_of(mchid, subject, part):
                healed += await _heal(one, now[one.number])
    return healed


async def _heal(one: Difference, now: Finding) -> bool:
    if now.kind is one.kind:
        return False
    async with transaction():
        ended: dict[str, Any] = {"ruling": "heal", "ruled_by": 0, "ruled_at": clock.now()}
        await make(one, MOVES["heal"], SYSTEM, grounds=_why(one, now), **ended)
        await _open(one.mchid, one.day, [now])
    return True


def _why(one: Difference, now: Finding) -> str:
    if now.kind is not None:
        return f"已变为“{now.kind.label}”，另行列出"
    if one.kind is Kind.OURS_ONLY:
        return "跨日：微信记在之后的账单里，金额一致"
    if one.kind in (Kind.THEIRS_ONLY, Kind.STATUS):
        return "我们之后补记了这一笔，金额一致"
    return "再次核对时已经一致"


# -- ruling ----------------------------------------------------------------------------------------


async def rule(actor: Actor, difference_id: int, move: str, body: Ruling) -> DifferenceOut:
    """Make a person's move of the table, with its grounds.

    Raises NotFound, Forbidden, WrongState, StaleVersion.
    """
    found = await queries.get(actor, difference_id)
    said: dict[str, Any] = {"grounds": body.grounds, "ruling": move}
    said |= {"ruled_by": actor.user_id, "ruled_at": clock.now()}
    await make(found, MOVES[move], actor, version=body.version, **said)
    facts = {"move": move, "grounds": body.grounds, "number": found.number, "day": found.day}
    await audit.record(actor, "settlements.ruled", f"difference:{found.id}", **facts)
    await emit(DifferenceRuled(found.id, found.mchid, found.day, move))
    return (await queries.shown(actor, [found]))[0]


async def seal(payee_id: int, day: str) -> None:
    """The payee's day is closed: what was ruled of it stays ruled. In the transaction at hand."""
    ruled = DifferenceStatus.RULED
    for one in await Difference.filter(payee_id=payee_id, day=day, status=ruled):
        await make(one, MOVES["seal"], SYSTEM)


# -- fees ------------------------------------------------------------------------------------------

_BOOK = (
    "INSERT INTO settlements_fee (line_id, batch, payee_id, amount) "
    "SELECT l.id, ?, p.payee_id, {amount} FROM wechat_bills_line l "
    "JOIN payments_payment p ON p.number = l.trade_no "
    "LEFT JOIN settlements_fee x ON x.line_id = l.id "
    "WHERE l.bill_id = ? AND {which} AND {amount} <> 0 AND x.id IS NULL AND l.out_no NOT IN "
    "(SELECT number FROM settlements_difference WHERE mchid = ? AND status IN ('open', 'pursued'))"
)
_RETURNED = (
    "(l.amount - (SELECT MIN(t.settled) FROM wechat_bills_line t "
    "WHERE t.out_no = l.out_no AND t.what = 'refund'))"
)
_FEES = {
    BillKind.TRADE: (_BOOK.format(amount="l.fee", which="l.sub_mchid <> ''"),),
    BillKind.FUNDS: (
        _BOOK.format(amount="l.fee", which="l.what = 'fee'"),
        _BOOK.format(amount=_RETURNED, which="l.what = 'outgo'"),
    ),
}
"""A merchant under a service provider is not in the provider's fund-flow bill: its fees are those
of the trade bill. What goes out at a refund is less by the fee given back."""
_BATCHES = "SELECT COUNT(DISTINCT batch) AS n FROM settlements_fee WHERE batch LIKE ?"
_SUMS = "SELECT payee_id, SUM(amount) AS fee FROM settlements_fee WHERE batch = ? GROUP BY payee_id"


async def post_fees(one: WechatBill) -> None:
    """Post what WeChat took or gave back, one posting per payee, no line twice.

    Lines in a difference that waits are left for a later batch.
    """
    name = f"{one.mchid}:{one.day}:{one.kind.value}"
    async with transaction():
        number = int((await rows(_BATCHES, f"{name}:%"))[0]["n"]) + 1
        batch = f"{name}:{number}"
        for sql in _FEES[one.kind]:
            await execute(sql, batch, one.id, one.mchid)
        for row in await rows(_SUMS, batch):
            fee, payee = int(row["fee"]), row["payee_id"]
            legs = [Leg(f"payee:{payee}", -fee), Leg(f"wechat-fees:{one.mchid}", fee)]
            memo = f"{one.day} 微信支付手续费"
            if fee:
                await ledgers.post(
                    f"wechat-fees:{batch}:{payee}", legs, kind="wechat_fee", memo=memo
                )


# -- taking out ------------------------------------------------------------------------------------

MOST_ROWS = 20_000
_HEADER = (
    "日期",
    "类别",
    "差异",
    "单号",
    "微信单号",
    "收款方",
    "对方（元）",
    "我方（元）",
    "说明",
    "状态",
    "认定依据",
    "认定人",
    "认定时间",
)


async def export(actor: Actor, query: Days) -> bytes:
    """Differences as a spreadsheet (.xlsx), money in yuan; that they were taken out is recorded."""
    found = await queries.within(actor, query, MOST_ROWS)
    async with transaction():
        span = f"{query.first}/{query.last}"
        subject = "settlements:differences"
        await audit.record(actor, "settlements.exported", subject, span=span, rows=len(found))
    return await asyncio.to_thread(
        spreadsheets.write, "对账差异", _HEADER, [_cells(one) for one in found]
    )


def _cells(one: DifferenceOut) -> list[object]:
    return [
        str(one.day),
        one.subject_name,
        one.kind_name,
        one.number,
        one.wechat_no,
        one.payee_name,
        *(None if fen is None else fen / 100 for fen in (one.theirs, one.ours)),
        one.says,
        one.status_name,
        one.grounds,
        one.ruler,
        f"{clock.local(one.ruled_at):%Y-%m-%d %H:%M}" if one.ruled_at else None,
    ]
