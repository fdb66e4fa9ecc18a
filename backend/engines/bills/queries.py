"""Reading bills: residents those of their own tenures, staff those of their firm."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below, marks, moment, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.bills import rules
from backend.engines.bills.models import Bill as Bill
from backend.engines.bills.models import BillEntry as BillEntry
from backend.engines.bills.models import BillStatus as BillStatus
from backend.engines.bills.permissions import P
from backend.engines.bills.rules import AGE_NAMES as AGE_NAMES
from backend.engines.bills.rules import BillHeld as BillHeld
from backend.engines.bills.rules import BillsNotPayable as BillsNotPayable
from backend.engines.bills.rules import EntryKind as EntryKind
from backend.engines.bills.rules import age_words as age_words
from backend.engines.bills.rules import explained as explained
from backend.engines.bills.rules import number as number
from backend.engines.bills.rules import prepaid_account as prepaid_account
from backend.engines.bills.schemas import BillDetail as BillDetail
from backend.engines.bills.schemas import BillOut as BillOut
from backend.engines.bills.schemas import BillQuery as BillQuery
from backend.engines.bills.schemas import EntryOut
from backend.engines.bills.states import MOVES as MOVES
from backend.engines.tariffs import queries as tariffs
from backend.foundation.areas import queries as areas
from backend.foundation.departments import queries as departments
from backend.foundation.holdings import queries as holdings

_FROM = (
    "FROM bills_bill b JOIN areas_area a ON a.id = b.area_id "
    "LEFT JOIN tenures_tenure n ON n.dwelling_id = b.dwelling_id "
    "LEFT JOIN tariffs_tariff t ON t.id = b.tariff_id WHERE "
)
_COLUMNS = (
    "SELECT b.id, b.dwelling_id, b.tenure, b.unit_id, b.title, b.period, b.first_day, b.last_day, "
    "b.due_on, b.amount, b.owed, b.status, b.payment_id, b.is_disputed, b.issued_at, a.path, "
    "COALESCE(n.number, 0) AS runs, t.late_rate, t.late_cap, (SELECT COALESCE(SUM(e.amount), 0) "
    "FROM bills_entry e WHERE e.bill_id = b.id AND e.kind = 'late') AS late "
)
_RANK = "CASE b.status WHEN 'unpaid' THEN 0 WHEN 'paid' THEN 1 ELSE 2 END"


async def visible_to(actor: Actor, *, is_own: bool = False) -> tuple[str, list[Any]]:
    """A condition on bills `b` with their areas `a`: one's own, and those of one's firm."""
    if actor.is_system:
        return "1 = 1", []
    own, mine = holdings.pairs(await holdings.of_user(actor.user_id))
    if is_own:
        return own, list(mine)
    firm, theirs = tariffs.scope(actor, P.READ)
    return f"({own} OR {firm})", [*mine, *theirs]


async def get(actor: Actor, bill_id: int) -> Bill:
    """The bill, if it is the actor's or of their firm. Raises NotFound."""
    sees, params = await visible_to(actor)
    found = await rows(f"SELECT b.id {_FROM} b.id = ? AND {sees}", bill_id, *params)
    if not found:
        raise NotFound("没有这笔账单")
    return await Bill.get(id=bill_id)


async def staffs(actor: Actor, bill_id: int, permission: Any) -> Bill:
    """The bill, if the actor may do this for its firm at its place. Raises NotFound."""
    bill = await Bill.get_or_none(id=bill_id)
    if bill is None:
        raise NotFound("没有这笔账单")
    path = await areas.path_of(bill.area_id)
    if not tariffs.stands_for(actor, permission, bill.unit_id, path):
        raise NotFound("没有这笔账单")
    return bill


async def listed(actor: Actor, query: BillQuery, *, is_own: bool) -> Page[BillOut]:
    """A page of bills, unpaid first and the oldest of those first."""
    sees, params = await visible_to(actor, is_own=is_own)
    tests, more = await _tests(query)
    if query.cursor:
        rank, due, last = paging.decode(query.cursor, int, str, int)
        tests.append(
            f"({_RANK} > ? OR ({_RANK} = ? AND (b.due_on > ? OR (b.due_on = ? AND b.id > ?))))"
        )
        more += [rank, rank, due, due, last]
    where = " AND ".join([sees, *tests])
    found = await rows(
        f"{_COLUMNS}, {_RANK} AS place_in_list {_FROM}{where} "
        f"ORDER BY {_RANK}, b.due_on, b.id LIMIT ?",
        *params,
        *more,
        query.limit + 1,
    )
    items, after = paging.cut(
        found, query.limit, lambda one: (one["place_in_list"], str(one["due_on"])[:10], one["id"])
    )
    return Page(items=await shown(items), next=after)


async def _tests(query: BillQuery) -> tuple[list[str], list[Any]]:
    tests: list[str] = []
    params: list[Any] = []
    for column in ("dwelling_id", "status", "tariff_id", "period"):
        value = getattr(query, column)
        if value is not None:
            tests.append(f"b.{column} = ?")
            params.append(str(value) if column == "status" else value)
    if query.area_id is not None:
        tests.append("a.path >= ? AND a.path < ?")
        params += below(await areas.path_of(query.area_id))
    if query.is_disputed:
        tests.append("b.is_disputed = 1")
    if query.is_overdue:
        tests.append("b.due_on < ?")
        params.append(clock.today())
    return tests, params


async def rows_of(where: str, *params: Any) -> list[dict[str, Any]]:
    """Bills by a condition on `b` and `a`, for rooms that have checked whose they are."""
    return await rows(f"{_COLUMNS}{_FROM}{where}", *params)


async def by_ids(bill_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Bills by id, in the order of their ids."""
    ids = sorted(set(bill_ids))
    return await rows_of(f"b.id IN ({marks(ids)}) ORDER BY b.id", *ids) if ids else []


async def shown(found: Sequence[dict[str, Any]]) -> list[BillOut]:
    """Bills as the API shows them, from rows of `rows_of`, with few statements for all."""
    places = await areas.places(row["dwelling_id"] for row in found)
    firms = await departments.names(row["unit_id"] for row in found)
    today = clock.today()
    return [
        BillOut(
            **_facts(row, today),
            place=places[row["dwelling_id"]],
            payee_name=firms.get(row["unit_id"], ""),
        )
        for row in found
    ]


def _facts(row: dict[str, Any], today: date) -> dict[str, Any]:
    due_on = day(row["due_on"])
    days = rules.age(due_on, today) if row["status"] == BillStatus.UNPAID else 0
    issued_at = moment(row["issued_at"])
    return {
        "id": row["id"],
        "number": rules.number(row["id"], issued_at or clock.now()),
        "dwelling_id": row["dwelling_id"],
        "tenure": row["tenure"],
        "title": row["title"],
        "period": row["period"],
        "first_day": day(row["first_day"]),
        "last_day": day(row["last_day"]),
        "due_on": due_on,
        "overdue_days": days,
        "amount": row["amount"],
        "owed": row["owed"],
        "late_fee": late_fee_of(row, today),
        "status": row["status"],
        "status_name": BillStatus(row["status"]).label,
        "is_being_paid": row["payment_id"] is not None,
        "is_disputed": bool(row["is_disputed"]),
        "is_former": row["tenure"] != row["runs"],
        "issued_at": issued_at,
    }


def late_fee_of(row: dict[str, Any], today: date) -> int:
    """The late fee in fen that has grown by today and is not yet entered; none while the bill is
    disputed or paid, or when its tariff asks for none."""
    if row["status"] != BillStatus.UNPAID or row["is_disputed"] or not row["late_rate"]:
        return 0
    known = int(row["late"])
    days = rules.age(day(row["due_on"]), today)
    fee = rules.late_fee(
        row["owed"] - known, row["amount"], days, row["late_rate"], row["late_cap"]
    )
    return max(fee - known, 0)


def day(value: Any) -> date:
    """A day as a raw row gave it."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


async def detail(actor: Actor, bill_id: int) -> BillDetail:
    """A bill with its computation and history. Raises NotFound."""
    bill = await get(actor, bill_id)
    row = (await by_ids([bill.id]))[0]
    entries = await BillEntry.filter(bill_id=bill.id).order_by("id")
    price = await tariffs.TariffVersion.get_or_none(id=bill.version_id or 0)
    firms = tariffs.stands_for(actor, P.READ, bill.unit_id, row["path"])
    open_now = moves_open_to(MOVES, bill, actor) if firms else []
    head = (await shown([row]))[0].model_dump()
    new = await _in_place_of(bill)
    return BillDetail(
        **head,
        explained=rules.explained(bill.detail, bill.amount),
        price_note=price.basis_note if price else "",
        entries=[_entry(one) for one in entries],
        payment_id=bill.payment_id,
        order_id=bill.order_id,
        reading_id=bill.reading_id,
        reissued_as=new,
        moves=[one for one in open_now if one != "reissue" or new is None],
        version=bill.version,
    )


async def _in_place_of(bill: Bill) -> int | None:
    """The bill that took a void one's place."""
    if bill.status is not BillStatus.VOID:
        return None
    found = await live_bill(bill.tariff_id, bill.dwelling_id, bill.period)
    return found.id if found else None


def _entry(one: BillEntry) -> EntryOut:
    return EntryOut(
        kind=one.kind,
        kind_name=one.kind.label,
        amount=one.amount,
        note=one.note,
        payment_id=one.payment_id,
        at=one.at,
    )


async def issued_in(run_id: int, batch: str) -> list[int]:
    """The bills that one stretch of a run has made."""
    found = await rows(
        "SELECT id FROM bills_bill WHERE run_id = ? AND batch = ? ORDER BY id", run_id, batch
    )
    return [row["id"] for row in found]


async def live_bill(tariff_id: int, dwelling_id: int, period: str) -> Bill | None:
    """The bill of a dwelling for a period that is not void, if there is one."""
    found = Bill.filter(tariff_id=tariff_id, dwelling_id=dwelling_id, period=period)
    return await found.exclude(status=BillStatus.VOID).order_by("-issue").first()


async def check() -> list[str]:
    """Every bill whose `owed` is not what its entries say, in words; empty when all are right."""
    found = await rows(
        "SELECT b.id, b.owed, b.amount + COALESCE(SUM(e.amount), 0) AS said FROM bills_bill b "
        "LEFT JOIN bills_entry e ON e.bill_id = b.id GROUP BY b.id, b.owed, b.amount, b.status "
        "HAVING b.owed <> b.amount + COALESCE(SUM(e.amount), 0) "
        "OR b.owed < 0 OR (b.status = 'unpaid') = (b.owed = 0)"
    )
    return [f"bill {row['id']}: owed {row['owed']}, entries say {row['said']}" for row in found]
