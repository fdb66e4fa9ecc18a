"""Gathering what a statement or an export says, and writing it down."""

from datetime import date
from typing import Any

from backend.core import clock, printing, spreadsheets
from backend.core.actor import Actor
from backend.core.database import below, moment
from backend.core.errors import NotFound, TooLarge
from backend.engines.bills import queries as bills
from backend.engines.tariffs import queries as tariffs
from backend.engines.tariffs.queries import yuan
from backend.features.statements.permissions import P
from backend.features.statements.schemas import ExportQuery, StatementQuery
from backend.foundation.areas import queries as areas
from backend.foundation.departments import queries as departments
from backend.foundation.holdings import queries as holdings
from backend.foundation.tenures import service as tenures

MOST_ROWS = 30_000
HEADER = ("账单号", "项目", "缴费期限", "应缴（元）", "已缴（元）", "待缴（元）", "状态")
EXPORTED = (
    "账单号",
    "房屋",
    "项目",
    "账期",
    "出账日",
    "缴费期限",
    "应缴（元）",
    "待缴（元）",
    "状态",
    "收费单位",
)


async def whose(actor: Actor, dwelling_id: int, tenure: int | None) -> tuple[int, str]:
    """The tenure that the actor may have a statement of, and a further condition: staff see what is
    their firm's. Raises NotFound."""
    try:
        mine = await holdings.mine(actor.user_id, dwelling_id, tenure)
    except NotFound:
        scope, _ = tariffs.scope(actor, P.STAFF)
        home = await areas.dwelling(dwelling_id)
        if not any(post.covers(home.area.path or "") for post in actor.posts) or scope == "(1 = 0)":
            raise
        return await tenures.current(dwelling_id) if tenure is None else tenure, scope
    return mine.tenure, "1 = 1"


async def of_year(actor: Actor, dwelling_id: int, query: StatementQuery) -> list[dict[str, Any]]:
    """A dwelling's bills of a year, in order. Raises NotFound."""
    tenure, scope = await whose(actor, dwelling_id, query.tenure)
    params = tariffs.scope(actor, P.STAFF)[1] if scope != "1 = 1" else []
    first, end = date(query.year, 1, 1), date(query.year + 1, 1, 1)
    return await bills.rows_of(
        f"b.dwelling_id = ? AND b.tenure = ? AND b.first_day >= ? AND b.first_day < ? AND {scope} "
        "ORDER BY b.first_day, b.id",
        dwelling_id,
        tenure,
        first,
        end,
        *params,
    )


async def to_export(actor: Actor, query: ExportQuery) -> list[dict[str, Any]]:
    """A firm's bills below an area. Raises NotFound, TooLarge."""
    scope, params = tariffs.scope(actor, P.EXPORT)
    tests = [scope, "a.path >= ? AND a.path < ?"]
    params += below(await areas.path_of(query.area_id))
    for column, value in (("period", query.period), ("tariff_id", query.tariff_id)):
        if value is not None:
            tests.append(f"b.{column} = ?")
            params.append(value)
    if query.is_unpaid:
        tests.append("b.status = 'unpaid'")
    where = f"{' AND '.join(tests)} ORDER BY b.dwelling_id, b.due_on, b.id LIMIT {MOST_ROWS + 1}"
    found = await bills.rows_of(where, *params)
    if len(found) > MOST_ROWS:
        raise TooLarge(f"一次最多导出 {MOST_ROWS} 行，请按账期或小区分开导出")
    return found


async def named(found: list[dict[str, Any]]) -> tuple[dict[int, str], dict[int, str]]:
    """Places and firms of bills."""
    places: dict[int, str] = {}
    ids = sorted({row["dwelling_id"] for row in found})
    for start in range(0, len(ids), 500):
        places |= await areas.places(ids[start : start + 500])
    return places, await departments.names(row["unit_id"] for row in found)


def exported(found: list[dict[str, Any]], places: dict[int, str], firms: dict[int, str]) -> bytes:
    """The spreadsheet. Slow: run it in a thread."""
    rows = [
        (
            _number(row),
            places.get(row["dwelling_id"], ""),
            row["title"],
            row["period"],
            str(_issued_on(row)),
            str(row["due_on"])[:10],
            row["amount"] / 100,
            row["owed"] / 100,
            bills.BillStatus(row["status"]).label,
            firms.get(row["unit_id"], ""),
        )
        for row in found
    ]
    return spreadsheets.write("账单", EXPORTED, rows)


def as_spreadsheet(found: list[dict[str, Any]], place: str) -> bytes:
    rows = [
        (
            _number(row),
            row["title"],
            str(row["due_on"])[:10],
            row["amount"] / 100,
            (row["amount"] - row["owed"]) / 100,
            row["owed"] / 100,
            bills.BillStatus(row["status"]).label,
        )
        for row in found
    ]
    return spreadsheets.write("对账单", HEADER, rows, notes=(place,))


def as_paper(found: list[dict[str, Any]], place: str, year: int) -> bytes:
    """The statement as PDF. Slow: run it in a thread."""
    live = [row for row in found if row["status"] != bills.BillStatus.VOID]
    rows = [
        (
            _number(row),
            row["title"],
            str(row["due_on"])[:10],
            yuan(row["amount"]),
            yuan(row["amount"] - row["owed"]),
            yuan(row["owed"]),
            bills.BillStatus(row["status"]).label,
        )
        for row in found
    ]
    billed, owed = sum(row["amount"] for row in live), sum(row["owed"] for row in live)
    notes = (
        f"合计：应缴 {yuan(billed)} 元，待缴 {yuan(owed)} 元。已缴含减免；作废的账单不计入合计。",
        f"打印于 {clock.local(clock.now()):%Y-%m-%d %H:%M}，以系统当日记录为准。",
    )
    return printing.table(f"{year} 年度缴费对账单", place, HEADER, rows, notes)


def _number(row: dict[str, Any]) -> str:
    issued_at = moment(row["issued_at"]) or clock.now()
    return bills.number(row["id"], issued_at)


def _issued_on(row: dict[str, Any]) -> date:
    return clock.local(moment(row["issued_at"]) or clock.now()).date()
