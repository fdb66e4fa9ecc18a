"""A day's bills: planned, fetched, read into lines or refused as a whole."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import dialect, execute, execute_many, moment, rows, transaction
from backend.core.errors import Conflict
from backend.core.events import emit
from backend.core.states import make
from backend.engines.wechat_bills import queries, rules
from backend.engines.wechat_bills.events import WechatBillLoaded
from backend.engines.wechat_bills.models import BillKind, WechatBill, WechatBillLine, What
from backend.engines.wechat_bills.queries import Links
from backend.engines.wechat_bills.schemas import Again, WechatBillOut
from backend.engines.wechat_bills.states import MOVES, READY, WechatBillStatus
from backend.foundation.audit import service as audit
from backend.integrations import wechat_pay
from backend.integrations.wechat_bills import BadBill, BillFile, BillRow
from backend.integrations.wechat_pay_errors import PayError

BATCH = 1000
AT_ONCE = 5
"""Batches in one transaction: few commits, and on SQLite nobody waits long for their turn."""
NO_BILL = "NO_STATEMENT_EXIST"
"""WeChat's word for a day without trade."""
_LINE = (
    "INSERT INTO wechat_bills_line (bill_id, line, what, at, out_no, wechat_no, trade_no, amount, "
    "settled, fee, status, sub_mchid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DROP = "DELETE FROM wechat_bills_line WHERE bill_id = ?"
_FIRST_PAID = "SELECT MIN(paid_at) AS at FROM payments_payment WHERE method = 'wechat'"


# -- planning --------------------------------------------------------------------------------------


async def plan(mchid: str) -> None:
    """Make a row for every bill that can be there and is not planned yet.

    Begins with the first payment through WeChat, and not before WeChat itself forgets.
    """
    last = rules.last_ready(clock.now())
    first = max(last - timedelta(days=rules.KEPT_DAYS - 1), await _first_day() or last)
    wanted = rules.days(first, last)
    planned = await WechatBill.filter(mchid=mchid, day__in=wanted or [""])
    known = {(one.day, one.kind) for one in planned}
    for day in wanted:
        for kind in BillKind:
            if (day, kind) not in known:
                await _plan(mchid, day, kind)


async def _first_day() -> date | None:
    at = moment((await rows(_FIRST_PAID))[0]["at"])
    return clock.local(at).date() if at else None


async def _plan(mchid: str, day: str, kind: BillKind) -> None:
    verb = "INSERT OR IGNORE" if dialect() == "sqlite" else "INSERT IGNORE"
    await execute(
        f"{verb} INTO wechat_bills_bill (mchid, day, kind, status, version, line_count, digest, "
        "reason, created_at) VALUES (?, ?, ?, 'due', 1, 0, '', '', ?)",
        mchid,
        day,
        kind.value,
        clock.now(),
    )


async def due(mchid: str) -> list[WechatBill]:
    """Bills to be fetched now, oldest first. That of the funds follows that of the trade, whose
    numbers its lines are given."""
    found = await WechatBill.filter(mchid=mchid, status=WechatBillStatus.DUE).order_by("day", "id")
    ready = await WechatBill.filter(mchid=mchid, kind=BillKind.TRADE, status__in=list(READY))
    days = {one.day for one in ready}
    return [one for one in found if one.kind is BillKind.TRADE or one.day in days]


# -- fetching --------------------------------------------------------------------------------------


async def fetch(bill_id: int) -> WechatBill:
    """Fetch a bill that is due and read it; what cannot be had now stays due, with the reason."""
    one = await WechatBill.get(id=bill_id)
    if one.status is not WechatBillStatus.DUE:
        return one
    day, pay = date.fromisoformat(one.day), wechat_pay.api()
    try:
        call = pay.trade_bill if one.kind is BillKind.TRADE else pay.fund_flow_bill
        bill = await call(day)
    except PayError as error:
        if error.wechat_code == NO_BILL:
            return await load(one, None)
        one.reason = f"下载未成：{error}"[:200]
        await one.save(update_fields=["reason"])
        return one
    return await load(one, bill.content, bill.sha1)


# -- loading ---------------------------------------------------------------------------------------


async def load(bill: WechatBill, content: bytes | None, digest: str = "") -> WechatBill:
    """Read the file into lines, or refuse it as a whole; None is a day without a file.

    `digest` is the SHA1 that WeChat says the file has. Not in one transaction: lines count only
    once the bill is loaded. Of two at once the one that began last wins, the other gets Conflict.
    """
    await make(bill, MOVES["begin"], SYSTEM)
    await execute(_DROP, bill.id)
    try:
        lines = 0 if content is None else await _read(bill, content, digest)
    except BadBill as bad:
        async with transaction():
            await make(bill, MOVES["refuse"], SYSTEM, reason=str(bad)[:200])
            await execute(_DROP, bill.id)
        return bill
    seen: dict[str, Any] = {
        "reason": "",
        "line_count": lines,
        "digest": digest.lower(),
        "loaded_at": clock.now(),
    }
    async with transaction():
        await make(bill, MOVES["load"], SYSTEM, **seen)
        if await WechatBillLine.filter(bill_id=bill.id).count() != lines:
            raise Conflict("another worker reads the same bill")
        await emit(WechatBillLoaded(bill.mchid, bill.day, bill.kind.value))
    return bill


async def _read(bill: WechatBill, content: bytes, digest: str) -> int:
    file = BillFile(bill.kind, content, bill.mchid, date.fromisoformat(bill.day))
    count = 0
    for some in _batches(file.rows(), BATCH * AT_ONCE):
        async with transaction():
            for batch in _batches(iter(some), BATCH):
                await _insert(bill, batch)
        count += len(some)
    if file.digest != digest.lower():
        raise BadBill("文件的 SHA1 与微信给出的不符")
    return count


def _batches(lines: Iterator[BillRow], size: int) -> Iterator[list[BillRow]]:
    while batch := list(islice(lines, size)):
        yield batch


async def _insert(bill: WechatBill, batch: Sequence[BillRow]) -> None:
    numbers = await _numbers(bill.kind, batch)
    lines = [
        (bill.id, one.line, one.what.value, one.at, out_no, one.wechat_no, trade_no, *one[6:])
        for one, (out_no, trade_no) in zip(batch, numbers, strict=True)
    ]
    await execute_many(_LINE, lines)


async def _numbers(kind: BillKind, batch: Sequence[BillRow]) -> list[tuple[str, str]]:
    """Our numbers `(out_no, trade_no)` of each line; those of funds come from the trade bill."""
    if kind is BillKind.TRADE:
        return [(one.out_no, one.trade_no) for one in batch]
    links: Links = {}
    for column in ("wechat_no", "out_no"):
        left = [one for one in batch if _link(one, links) is None]
        links |= await queries.links(column, [getattr(one, column) for one in left])
    return [_link(one, links) or (one.out_no, "") for one in batch]


def _link(row: BillRow, links: Links) -> tuple[str, str] | None:
    """What goes out, or is given back, belongs to a refund; all else to a payment."""
    what = What.REFUND if row.what is What.OUTGO or row.fee < 0 else What.PAYMENT
    by_theirs = links.get((what.value, "wechat_no", row.wechat_no))
    return by_theirs or links.get((what.value, "out_no", row.out_no))


async def again(actor: Actor, bill_id: int, body: Again) -> WechatBillOut:
    """Fetch a refused bill anew. Raises NotFound, Forbidden, WrongState, StaleVersion."""
    found = await queries.get(actor, bill_id)
    await make(found, MOVES["again"], actor, version=body.version, reason="")
    await audit.record(actor, "wechat_bills.again", f"wechat_bill:{found.id}", day=found.day)
    return queries.shown(actor, found)


async def mark_compared(pair: Sequence[WechatBill]) -> None:
    """Say that these bills were compared with our books, in the transaction at hand."""
    for one in pair:
        await make(one, MOVES["compare"], SYSTEM, compared_at=clock.now())
