"""Reading differences, and finding in bulk what may disagree."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.settlements import rules
from backend.engines.settlements.models import Difference, Kind, Subject
from backend.engines.settlements.permissions import P
from backend.engines.settlements.rules import Moved, Ours, Theirs, Traded
from backend.engines.settlements.schemas import Days as Days
from backend.engines.settlements.schemas import DifferenceOut, DifferenceQuery
from backend.engines.settlements.states import MOVES, UNSETTLED
from backend.engines.wechat_bills.queries import WechatBill, day_bounds
from backend.foundation.identity import queries as identity

STEP = 500

# -- what may disagree: the few numbers worth a closer look ----------------------------------------
_OURS = (
    "(p.mchid = ? OR p.mchid IN (SELECT sub_mchid FROM payments_payee WHERE sub_mchid IS NOT NULL))"
)
_MORE_THAN_ONCE = (
    "SELECT out_no AS number FROM wechat_bills_line WHERE bill_id = ? AND what = ? "
    "GROUP BY out_no HAVING COUNT(*) > 1 UNION "
    "SELECT l.out_no AS number FROM wechat_bills_line l JOIN wechat_bills_line o "
    "ON o.out_no = l.out_no AND o.what = l.what AND o.bill_id <> l.bill_id "
    "WHERE l.bill_id = ? AND l.what = ?"
)
_PAYMENTS_SAID = (
    "SELECT l.out_no AS number FROM wechat_bills_line l "
    "LEFT JOIN payments_payment p ON p.number = l.out_no "
    "WHERE l.bill_id = ? AND l.what = 'payment' AND (p.id IS NULL OR p.status <> 'paid' "
    "OR p.amount <> l.amount OR p.method <> 'wechat' OR p.transaction_id IS NULL "
    "OR p.transaction_id <> l.wechat_no)"
)
_PAYMENTS_HAD = (
    "SELECT p.number FROM payments_payment p "  # noqa: S608
    "LEFT JOIN wechat_bills_line l ON l.out_no = p.number AND l.what = 'payment' "
    "WHERE p.paid_at >= ? AND p.paid_at < ? AND p.status = 'paid' AND p.method = 'wechat' "
    f"AND {_OURS} AND l.id IS NULL"
)
_REFUNDS_SAID = (
    "SELECT l.out_no AS number FROM wechat_bills_line l "
    "LEFT JOIN refunds_refund r ON r.number = l.out_no "
    "WHERE l.bill_id = ? AND l.what = 'refund' AND (r.id IS NULL OR r.amount <> l.amount "
    "OR r.status <> 'succeeded' OR l.status <> 'SUCCESS' OR r.wechat_id IS NULL "
    "OR r.wechat_id <> l.wechat_no)"
)
_REFUNDS_HAD = (
    "SELECT r.number FROM refunds_refund r "  # noqa: S608
    "JOIN payments_payment p ON p.id = r.payment_id "
    "LEFT JOIN wechat_bills_line l ON l.out_no = r.number AND l.what = 'refund' "
    "WHERE r.finished_at >= ? AND r.finished_at < ? AND r.status = 'succeeded' "
    "AND r.method = 'wechat' AND r.finished_by = 0 "
    f"AND {_OURS} AND l.id IS NULL"
)
_MOVED = (
    "SELECT out_no, SUM((what = 'income') * amount) AS income, SUM(fee) AS fee, "
    "SUM((what = 'outgo') * amount) AS outgo FROM wechat_bills_line "
    "WHERE out_no IN ({}) AND what IN ('income', 'outgo', 'fee') GROUP BY out_no"
)
# Both bills are walked through once: to join their sums takes ten times as long.
_FUNDS_SAID = (
    "SELECT out_no AS number, SUM(what = 'payment') AS paid, SUM(what = 'refund') AS back, "
    "SUM(bill_id = ?) AS traded, SUM((bill_id = ?) * settled) AS said, "
    "SUM((bill_id = ?) * fee) AS said_fee, SUM((what = 'income') * amount) AS came, "
    "SUM((what = 'outgo') * amount) AS went, SUM((bill_id = ?) * fee) AS taken "
    "FROM wechat_bills_line WHERE bill_id IN (?, ?) AND what <> 'other' AND sub_mchid = '' "
    "GROUP BY out_no HAVING traded > 0 AND (traded = COUNT(*) "
    "OR paid > 0 AND (came <> said OR went <> 0 OR taken <> said_fee) "
    "OR back > 0 AND (came <> 0 OR said - went - taken <> -said_fee))"
)
_FUNDS_HAD = (
    "SELECT f.out_no AS number FROM wechat_bills_line f LEFT JOIN wechat_bills_line t "
    "ON t.out_no = f.out_no AND t.what IN ('payment', 'refund') "
    "WHERE f.bill_id = ? AND f.what IN ('income', 'outgo', 'fee') AND t.id IS NULL"
)


async def suspects(trade: WechatBill, funds: WechatBill) -> dict[Subject, list[str]]:
    """The numbers of the day that are not plainly right, by what they number."""
    span = day_bounds(trade.day)
    found: dict[Subject, set[str]] = {}
    for subject, said, had in (
        (Subject.PAYMENT, _PAYMENTS_SAID, _PAYMENTS_HAD),
        (Subject.REFUND, _REFUNDS_SAID, _REFUNDS_HAD),
    ):
        found[subject] = await _numbers(said, trade.id)
        found[subject] |= await _numbers(_MORE_THAN_ONCE, *[trade.id, subject.value] * 2)
        found[subject] |= await _numbers(had, *span, trade.mchid)
    both = (trade.id, funds.id)
    found[Subject.FUNDS] = await _numbers(_FUNDS_SAID, *[trade.id] * 3, funds.id, *both)
    found[Subject.FUNDS] |= await _numbers(_FUNDS_HAD, funds.id)
    return {subject: sorted(numbers) for subject, numbers in found.items()}


async def _numbers(sql: str, *params: Any) -> set[str]:
    return {str(row["number"]) for row in await rows(sql, *params)}


# -- the facts about a number ----------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Everything there is about one number, and what disagrees. Money in fen."""

    subject: Subject
    number: str
    kind: Kind | None
    wechat_no: str = ""
    theirs: int | None = None
    ours: int | None = None
    says: str = ""
    payment_id: int | None = None


_LINES = (
    "SELECT bill_id, what, out_no, wechat_no, trade_no, amount, settled, fee, status "
    "FROM wechat_bills_line WHERE out_no IN ({}) AND what IN ('payment', 'refund') ORDER BY id"
)
_PAYMENTS = (
    "SELECT id AS payment_id, number, amount, status, method, transaction_id AS wechat_no "
    "FROM payments_payment WHERE number IN ({})"
)
_REFUNDS = (
    "SELECT payment_id, number, amount, status, method, wechat_id AS wechat_no "
    "FROM refunds_refund WHERE number IN ({})"
)
_ENDED = {"closed", "failed", "abnormal"}
_WORDS = {
    "paid": "已支付",
    "unpaid": "未支付",
    "closed": "已关闭",
    "requested": "待退款",
    "processing": "退款中",
    "succeeded": "已退款",
    "abnormal": "退款异常",
    "redirected": "改道退款",
    "handed": "待转付",
    "failed": "退款失败",
    "SUCCESS": "成功",
    "PROCESSING": "处理中",
}


async def findings(subject: Subject, numbers: Sequence[str]) -> list[Finding]:
    """What is to be said of each number now, all bills and all of our books considered."""
    found: list[Finding] = []
    look = _funds if subject is Subject.FUNDS else _traded
    for part in _parts(numbers):
        found += await look(subject, part)
    return found


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), STEP):
        yield numbers[start : start + STEP]


async def _by_number(sql: str, numbers: Sequence[str], name: str) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in await rows(sql.format(marks(numbers)), *numbers):
        found[row[name]].append(row)
    return found


async def _traded(subject: Subject, numbers: Sequence[str]) -> list[Finding]:
    said = await _by_number(_LINES, numbers, "out_no")
    had = await _by_number(_PAYMENTS, numbers, "number")
    if subject is Subject.REFUND:
        had = await _by_number(_REFUNDS, numbers, "number")
    found = []
    for number in numbers:
        lines = [row for row in said.get(number, ()) if row["what"] == subject.value]
        found.append(_finding(subject, number, lines, next(iter(had.get(number, ())), None)))
    return found


def _finding(
    subject: Subject, number: str, lines: Sequence[Any], row: dict[str, Any] | None
) -> Finding:
    theirs = [
        Theirs(one["amount"], one["status"], one["wechat_no"], one["bill_id"]) for one in lines
    ]
    last = theirs[-1] if theirs else None
    there = _WORDS.get(last.status, last.status) if last else "无"
    return Finding(
        subject,
        number,
        rules.judge(subject, theirs, _ours(row) if row else None),
        wechat_no=last.wechat_no if last else (row and row["wechat_no"]) or "",
        theirs=sum(one.amount for one in theirs) if theirs else None,
        ours=row["amount"] if row else None,
        says=f"微信：{there}；我们：{_our_words(row)}",
        payment_id=row["payment_id"] if row else None,
    )


def _ours(row: dict[str, Any]) -> Ours:
    is_done = row["status"] in ("paid", "succeeded", "handed") and row["method"] == "wechat"
    return Ours(row["amount"], is_done, row["status"] in _ENDED, row["wechat_no"])


def _our_words(row: dict[str, Any] | None) -> str:
    if row is None:
        return "无"
    words = _WORDS.get(row["status"], str(row["status"]))
    return words if row["method"] in (None, "wechat") else f"{words}（非微信）"


async def _funds(subject: Subject, numbers: Sequence[str]) -> list[Finding]:
    said = await _by_number(_LINES, numbers, "out_no")
    moved = await _by_number(_MOVED, numbers, "out_no")
    payments = {row["number"]: row["payment_id"] for row in await _payments_of(said, numbers)}
    found = []
    for number in numbers:
        line = next(iter(said.get(number, ())), None)
        flow = _moved(next(iter(moved.get(number, ())), None))
        traded = line and Traded(line["settled"], line["fee"], line["what"] == "refund")
        found.append(
            Finding(
                subject,
                number,
                rules.judge_funds(traded, flow),
                wechat_no=line["wechat_no"] if line else "",
                theirs=flow.income or flow.outgo if flow else None,
                ours=line["settled"] if line else None,
                says=_funds_words(traded, flow),
                payment_id=payments.get(line["trade_no"] if line else number),
            )
        )
    return found


async def _payments_of(said: dict[str, list[Any]], numbers: Sequence[str]) -> list[dict[str, Any]]:
    wanted = sorted({row["trade_no"] for lines in said.values() for row in lines} | {*numbers})
    return await rows(_PAYMENTS.format(marks(wanted)), *wanted)


def _moved(row: dict[str, Any] | None) -> Moved | None:
    if row is None:
        return None
    return Moved(*(int(row[name]) for name in ("income", "outgo", "fee")))


def _funds_words(traded: Traded | None, moved: Moved | None) -> str:
    fee = "无" if traded is None else f"{traded.fee / 100:.2f} 元"
    taken = "无" if moved is None else f"{moved.fee / 100:.2f} 元"
    return f"交易账单手续费：{fee}；资金账单手续费：{taken}"


# -- reading ---------------------------------------------------------------------------------------


def visible_to(actor: Actor) -> tuple[str, list[Any]]:
    """The condition for differences that the actor may read, and its parameters."""
    if actor.oversees_all(P.READ):
        return "1 = 1", []
    units = sorted(actor.units(P.READ))
    return (f"unit_id IN ({marks(units)})", list(units)) if units else ("1 = 0", [])


async def get(actor: Actor, difference_id: int) -> Difference:
    """A difference that the actor may read. Raises NotFound."""
    condition, params = visible_to(actor)
    sql = f"SELECT id FROM settlements_difference WHERE id = ? AND {condition}"  # noqa: S608
    if not await rows(sql, difference_id, *params):
        raise NotFound("没有这条差异")
    return await Difference.get(id=difference_id)


async def listed(actor: Actor, query: DifferenceQuery) -> Page[DifferenceOut]:
    """A page of differences, newest first."""
    condition, params = visible_to(actor)
    states = [one.value for one in query.wanted]
    condition += f" AND status IN ({marks(states)})"
    params += states
    for column in ("day", "payee_id"):
        if (value := getattr(query, column)) is not None:
            condition += f" AND {column} = ?"
            params.append(str(value) if column == "day" else value)
    if query.cursor:
        condition += " AND id < ?"
        params += paging.decode(query.cursor, int)
    found = await rows(
        f"SELECT id FROM settlements_difference WHERE {condition} ORDER BY id DESC LIMIT ?",  # noqa: S608
        *params,
        query.limit + 1,
    )
    ids, after = paging.cut([row["id"] for row in found], query.limit, lambda one: (one,))
    chosen = await Difference.filter(id__in=ids).order_by("-id") if ids else []
    return Page(items=await shown(actor, chosen), next=after)


async def within(actor: Actor, days: Days, most: int) -> list[DifferenceOut]:
    """All differences of some days, whatever has become of them, oldest first."""
    condition, params = visible_to(actor)
    found = await rows(
        f"SELECT id FROM settlements_difference WHERE {condition} AND day >= ? AND day <= ? "  # noqa: S608
        "ORDER BY day, id LIMIT ?",
        *params,
        str(days.first),
        str(days.last),
        most,
    )
    ids = [row["id"] for row in found]
    chosen = [
        one
        for start in range(0, len(ids), STEP)
        for one in await Difference.filter(id__in=ids[start : start + STEP]).order_by("day", "id")
    ]
    return await shown(actor, chosen)


async def shown(actor: Actor, found: Sequence[Difference]) -> list[DifferenceOut]:
    """Differences as the API shows them."""
    names = await identity.names(one.ruled_by for one in found if one.ruled_by)
    return [_out(actor, one, names) for one in found]


def _out(actor: Actor, one: Difference, names: dict[int, identity.Name]) -> DifferenceOut:
    same = {name: getattr(one, name) for name in DifferenceOut.model_fields if hasattr(one, name)}
    ruler = names.get(one.ruled_by or 0)
    return DifferenceOut(
        **same,
        subject_name=one.subject.label,
        kind_name=_kind_name(one),
        status_name=one.status.label,
        ruler="系统" if one.ruled_by == 0 else ruler.name if ruler else "",
        moves=moves_open_to(MOVES, one, actor),
    )


def _kind_name(one: Difference) -> str:
    if one.subject is Subject.FUNDS:
        names = {Kind.THEIRS_ONLY: "有资金、无交易", Kind.OURS_ONLY: "有交易、未见资金"}
        return names.get(one.kind, one.kind.label)
    return one.kind.label


async def unsettled(day: str, payee_id: int) -> int:
    """How many differences keep the payee's day open: its own, and those of nobody known."""
    found = await rows(
        "SELECT COUNT(*) AS n FROM settlements_difference WHERE day = ? AND status IN (?, ?) "
        "AND (payee_id = ? OR payee_id IS NULL)",
        day,
        *(one.value for one in UNSETTLED),
        payee_id,
    )
    return int(found[0]["n"])


async def unsettled_numbers(mchid: str) -> dict[Subject, list[str]]:
    """The numbers of all differences that no person has ruled yet, by what they number."""
    found: defaultdict[Subject, set[str]] = defaultdict(set)
    for row in await rows(
        "SELECT subject, number FROM settlements_difference WHERE mchid = ? AND status IN (?, ?)",
        mchid,
        *(one.value for one in UNSETTLED),
    ):
        found[Subject(row["subject"])].add(row["number"])
    return {subject: sorted(numbers) for subject, numbers in found.items()}


async def unsettled_of(mchid: str, subject: Subject, numbers: Sequence[str]) -> list[Difference]:
    """The differences among these numbers that no person has ruled yet."""
    return await Difference.filter(
        mchid=mchid, subject=subject, number__in=numbers, status__in=list(UNSETTLED)
    ).order_by("id")


async def payees_of(payment_ids: Sequence[int | None]) -> dict[int, dict[str, Any]]:
    """Whose money each payment is: `{payee_id, payee_name, unit_id}` by the payment's id."""
    ids = sorted({one for one in payment_ids if one})
    found = await rows(
        "SELECT id, payee_id, payee_name, unit_id FROM payments_payment "  # noqa: S608
        f"WHERE id IN ({marks(ids or [0])})",
        *(ids or [0]),
    )
    return {row.pop("id"): row for row in found}
