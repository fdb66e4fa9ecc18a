"""Reading books: days that are over as they were written, the present day from the ledger."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import marks, moment, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.books import rules
from backend.engines.books.models import BookDay, DayStatus, TrialBalance
from backend.engines.books.permissions import P
from backend.engines.books.rules import DaySums, Figures
from backend.engines.books.schemas import (
    DayDetail,
    DayOut,
    DayQuery,
    MovementOut,
    Part,
    TrialOut,
    TrialRow,
)
from backend.engines.books.states import MOVES
from backend.engines.ledgers import queries as ledgers
from backend.engines.settlements import queries as settlements
from backend.engines.wechat_bills import queries as bills
from backend.engines.wechat_bills.queries import day_bounds
from backend.foundation.identity import queries as identity

STEP = 2000
MOST_PAYEES = 500
_POSTINGS = (
    "SELECT p.id, p.at, e.account, e.amount FROM (SELECT id, at FROM ledgers_posting "
    "WHERE unit = 'fen' AND at >= ? AND at < ? AND (at > ? OR id > ?) {} "
    "ORDER BY at, id LIMIT ?) p JOIN ledgers_entry e ON e.posting_id = p.id "
    "ORDER BY p.at, p.id, e.id"
)
_WITH_ACCOUNT = (
    "AND EXISTS (SELECT 1 FROM ledgers_entry x "
    "WHERE x.posting_id = ledgers_posting.id AND x.account = ?)"
)
_MOVEMENTS = (
    "SELECT e.id, p.at, p.kind, p.memo, e.amount FROM ledgers_posting p "
    "JOIN ledgers_entry e ON e.posting_id = p.id WHERE e.account = ? AND p.unit = 'fen' "
    "AND p.at >= ? AND p.at < ? AND e.id > ? ORDER BY e.id LIMIT ?"
)
_KINDS = {
    "wechat": "微信支付（外部）",
    "cash": "现金（外部）",
    "transfer": "银行转账（外部）",
    "pos": "刷卡（外部）",
    "subsidy": "补贴（外部）",
    "payee": "收款方",
    "prepaid": "住户预存",
    "wechat-fees": "微信手续费",
    "refunding": "退款途中",
}


# -- from the ledger -------------------------------------------------------------------------------


async def sums(start: datetime, end: datetime, account: str | None = None) -> DaySums:
    """What was posted in the span, or only what touched one account."""
    found = DaySums()
    async for legs in _postings(start, end, account):
        found.add(legs)
    return found


async def _postings(
    start: datetime, end: datetime, account: str | None
) -> AsyncIterator[list[tuple[str, int]]]:
    """Every posting's legs in order, some thousand at a time."""
    sql = _POSTINGS.format(_WITH_ACCOUNT if account else "")
    more = [account] if account else []
    at, last = start, 0
    while True:
        found = await rows(sql, at, end, at, last, *more, STEP)
        postings = [list(legs) for _, legs in groupby(found, key=lambda row: row["id"])]
        for legs in postings:
            yield [(row["account"], int(row["amount"])) for row in legs]
        if len(postings) < STEP:
            return
        at, last = moment(found[-1]["at"]) or at, int(found[-1]["id"])


async def figures_of(payee_id: int, day: str) -> Figures:
    """The payee's day, computed from the ledger."""
    account = f"payee:{payee_id}"
    return (await sums(*day_bounds(day), account)).payees[account]


# -- whose -----------------------------------------------------------------------------------------


def visible_to(actor: Actor) -> tuple[str, list[Any]]:
    """The condition on `unit_id` for what the actor may read, and its parameters."""
    if actor.oversees_all(P.READ):
        return "1 = 1", []
    units = sorted(actor.units(P.READ))
    return (f"unit_id IN ({marks(units)})", list(units)) if units else ("1 = 0", [])


async def payees(actor: Actor) -> list[dict[str, Any]]:
    """Whose books the actor reads: `{id, name, unit_id}`."""
    condition, params = visible_to(actor)
    return await rows(
        f"SELECT id, name, unit_id FROM payments_payee WHERE {condition} ORDER BY id LIMIT ?",  # noqa: S608
        *params,
        MOST_PAYEES,
    )


async def get(actor: Actor, day_id: int) -> BookDay:
    """A day that the actor may read. Raises NotFound."""
    condition, params = visible_to(actor)
    found = await rows(f"SELECT id FROM books_day WHERE id = ? AND {condition}", day_id, *params)  # noqa: S608
    if not found:
        raise NotFound("没有这一天的账")
    return await BookDay.get(id=day_id)


# -- days ------------------------------------------------------------------------------------------


async def listed(actor: Actor, query: DayQuery) -> Page[DayOut]:
    """A page of days, the latest first."""
    condition, params = chosen(actor, query.payee_id, query.first, query.last)
    if query.cursor:
        day, last = paging.decode(query.cursor, str, int)
        condition += " AND (day < ? OR (day = ? AND id < ?))"
        params += [day, day, last]
    sql = f"SELECT id, day FROM books_day WHERE {condition} ORDER BY day DESC, id DESC LIMIT ?"  # noqa: S608
    found = await rows(sql, *params, query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda row: (row["day"], row["id"]))
    days = await BookDay.filter(id__in=[row["id"] for row in items] or [0]).order_by("-day", "-id")
    return Page(items=await shown(actor, days), next=after)


def chosen(
    actor: Actor, payee_id: int | None, first: date | None, last: date | None
) -> tuple[str, list[Any]]:
    """The condition for days of the span that the actor may read, and its parameters."""
    condition, params = visible_to(actor)
    for part, value in (("payee_id = ?", payee_id), ("day >= ?", first), ("day <= ?", last)):
        if value is not None:
            condition += f" AND {part}"
            params.append(str(value) if isinstance(value, date) else value)
    return condition, params


async def shown(actor: Actor, days: Sequence[BookDay]) -> list[DayOut]:
    """Days as the API shows them."""
    names = await identity.names(one.closed_by for one in days if one.closed_by)
    return [DayOut(**_facts(actor, one, names)) for one in days]


def _facts(actor: Actor, one: BookDay, names: dict[int, identity.Name]) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in _SAME}
    closer = names.get(one.closed_by or 0)
    return same | {
        "status_name": one.status.label,
        "net": one.closing - one.opening,
        "income_by": _parts(one.methods["income"]),
        "refunds_by": _parts(one.methods["refunds"]),
        "closer": closer.name if closer else "",
        "moves": moves_open_to(MOVES, one, actor),
    }


_SAME = (
    "id",
    "day",
    "payee_id",
    "payee_name",
    "status",
    "version",
    "opening",
    "income",
    "refunds",
    "fees",
    "closing",
    "count",
    "closed_at",
)


def _parts(methods: Mapping[str, int]) -> list[Part]:
    return [
        Part(kind=kind, name=rules.label_of(kind), amount=amount)
        for kind, amount in sorted(methods.items(), key=lambda one: -one[1])
    ]


async def detail(actor: Actor, day_id: int) -> DayDetail:
    """A day with what it still needs. Raises NotFound."""
    one = await get(actor, day_id)
    names = await identity.names([one.closed_by] if one.closed_by else [])
    return DayDetail(
        **_facts(actor, one, names),
        waiting=await settlements.unsettled(one.day, one.payee_id),
        is_compared=await is_compared(one),
        is_same=await is_same(one),
    )


async def is_compared(one: BookDay) -> bool:
    """Whether nothing of the day waits for WeChat's bills."""
    has_wechat = any("wechat" in part for part in one.methods.values())
    return not has_wechat or await bills.is_compared(one.day)


async def is_same(one: BookDay) -> bool:
    """Whether the ledger still gives the figures that were written."""
    again = written(await figures_of(one.payee_id, one.day), one.opening)
    return again == one.figures() and one.digest in ("", rules.digest(again))


def written(figures: Figures, opening: int) -> dict[str, Any]:
    """The columns of a day."""
    return {
        "opening": opening,
        "income": figures.income.total(),
        "refunds": figures.refunds.total(),
        "fees": figures.fees,
        "closing": opening + figures.net,
        "count": figures.count,
        "methods": {"income": dict(figures.income), "refunds": dict(figures.refunds)},
    }


async def today(actor: Actor) -> Page[DayOut]:
    """The present day of everyone whose books the actor reads, as far as it has gone."""
    day = str(clock.today())
    known = await payees(actor)
    found = (await sums(*day_bounds(day))).payees if known else {}
    shown = []
    for one in known:
        account = f"payee:{one['id']}"
        figures = found.get(account, Figures())
        columns = written(figures, await ledgers.balance(account) - figures.net)
        made = BookDay(
            **columns, day=day, payee_id=one["id"], payee_name=one["name"], status=DayStatus.OPEN
        )
        facts = _facts(actor, made, {}) | {"id": None, "moves": []}
        shown.append(DayOut(**facts))
    return Page(items=shown)


async def movements(actor: Actor, day_id: int, query: Any) -> Page[MovementOut]:
    """The movements of a day, in order. Raises NotFound."""
    one = await get(actor, day_id)
    last = paging.decode(query.cursor, int)[0] if query.cursor else 0
    account = f"payee:{one.payee_id}"
    found = await rows(_MOVEMENTS, account, *day_bounds(one.day), last, query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda row: (row["id"],))
    return Page(items=[MovementOut(**row | {"at": moment(row["at"])}) for row in items], next=after)


# -- the whole house -------------------------------------------------------------------------------


async def trial(actor: Actor, day: date) -> TrialOut:
    """The trial balance of a day that is over, for the county's people. Raises NotFound."""
    found = await TrialBalance.filter(day=str(day)).order_by("kind")
    if not found or not actor.oversees_all(P.READ):
        raise NotFound("没有这一天的试算平衡")
    lines = [
        TrialRow(
            kind=one.kind,
            name=_KINDS.get(one.kind, one.kind),
            opening=one.closing - one.gained + one.given,
            gained=one.gained,
            given=one.given,
            closing=one.closing,
        )
        for one in found
    ]
    return TrialOut(day=day, rows=lines, is_even=sum(one.closing for one in lines) == 0)


async def last_written() -> str | None:
    """The latest day that is written down."""
    found = await rows("SELECT MAX(day) AS day FROM books_trial")
    return found[0]["day"] if found else None


async def first_posted() -> date | None:
    """The day of the first posting."""
    found = await rows("SELECT MIN(at) AS at FROM ledgers_posting WHERE unit = 'fen'")
    at = moment(found[0]["at"])
    return clock.local(at).date() if at else None
