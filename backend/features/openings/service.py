"""Bringing figures in by spreadsheet: all rows, or nothing and what is wrong with which row."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from backend.core import clock, spreadsheets
from backend.core.actor import Actor, Permission
from backend.core.database import transaction
from backend.core.http import Download, Upload
from backend.engines.billings import service as billings
from backend.engines.billings.service import Brought
from backend.engines.bills import queries as bills
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.tariffs import queries as tariffs
from backend.engines.tariffs import service as pricing
from backend.engines.tariffs.queries import ReadingNew, Tariff
from backend.features.openings import rules
from backend.features.openings.models import OpeningBalance
from backend.features.openings.permissions import P
from backend.features.openings.rules import Line, Wrong
from backend.features.openings.schemas import ImportReport, RowError
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.tenures import service as tenures

MOST_SHOWN = 200


def template(kind: str) -> Download:
    """An empty spreadsheet to fill in, with an example and notes."""
    door = ("1号楼", "1单元", "101")
    if kind == "balances":
        row = (*door, "2026Q3", 335.63, "")
        content = spreadsheets.write("期初", rules.BALANCES, [row], rules.BALANCE_NOTES)
    else:
        read = (*door, "2026-11", "2026-11-20", 100, 112, "")
        content = spreadsheets.write("抄表", rules.READINGS, [read], rules.READING_NOTES)
    return Download(content, spreadsheets.XLSX, f"{kind}-template.xlsx")


def _report(rows: int, wrong: Sequence[Wrong], created: int = 0) -> ImportReport:
    ordered = sorted(wrong, key=lambda one: one.row)[:MOST_SHOWN]
    return ImportReport(
        rows=rows,
        created=0 if wrong else created,
        errors=[RowError(**vars(one)) for one in ordered],
        errors_total=len(wrong),
    )


async def _sheet(
    actor: Actor, tariff_id: int, upload: Upload, permission: Permission, columns: Sequence[str]
) -> tuple[Tariff, list[Line], list[Wrong]]:
    """The tariff and the rows. Raises NotFound, Invalid, TooLarge."""
    tariff = await tariffs.get(actor, tariff_id, permission)
    table = await asyncio.to_thread(spreadsheets.read, upload.name, upload.content, rules.MOST_ROWS)
    lines, wrong = rules.read_table(table, columns)
    return tariff, lines, wrong


async def _at_doors(tariff: Tariff, lines: Sequence[Line]) -> tuple[dict[int, int], list[Wrong]]:
    """Dwellings by row, and the rows whose door there is not."""
    doors = await areas.doors(tariff.area.path or "")
    found = {one.row: doors[one.door] for one in lines if one.door in doors}
    wrong = [
        Wrong(one.row, "房号", "收费项目的范围内没有这户") for one in lines if one.row not in found
    ]
    return found, wrong


# -- balances ------------------------------------------------------------------------------------
@dataclass
class _Balances:
    """What the rows say: bills brought along, and prepaid fen by dwelling."""

    bills: dict[int, Brought]
    prepaid: dict[int, tuple[int, int]]
    """Row and fen."""


async def bring_balances(actor: Actor, tariff_id: int, upload: Upload) -> ImportReport:
    """Import what dwellings owe of a tariff and have prepaid. Raises NotFound, Invalid, TooLarge,
    Conflict when somebody else brings the same at this moment."""
    tariff, lines, wrong = await _sheet(actor, tariff_id, upload, P.BALANCES, rules.BALANCES)
    at, more = await _at_doors(tariff, lines)
    found, still_more = _balances(tariff, lines, at)
    wrong += [*more, *still_more]
    if wrong:
        return _report(len(lines), wrong)
    try:
        async with transaction():
            made = await _write(actor, tariff, found)
    except _Refused as error:
        return _report(len(lines), error.wrong)
    return _report(len(lines), [], made)


class _Refused(Exception):
    """Rows that turned out wrong while they were written: everything is undone."""

    def __init__(self, wrong: list[Wrong]) -> None:
        self.wrong = wrong


async def _write(actor: Actor, tariff: Tariff, found: _Balances) -> int:
    """Write all of it and say how much. Raises _Refused."""
    made, known = await billings.bring_in(tariff, list(found.bills.values()))
    rows = {(one.dwelling_id, one.period): row for row, one in found.bills.items()}
    wrong = [Wrong(rows[key], "账期", "这户这一期已有账单") for key in known]
    wrong += await _prepaid_before(tariff, found)
    if wrong:
        raise _Refused(wrong)
    await _prepay(actor, tariff, found)
    said = {"bills": made, "prepaid": len(found.prepaid)}
    path = tariff.area.path or ""
    await audit.record(actor, "openings.balances", f"tariff:{tariff.id}", path, **said)
    return made + len(found.prepaid)


def _balances(
    tariff: Tariff, lines: Sequence[Line], at: dict[int, int]
) -> tuple[_Balances, list[Wrong]]:
    found, wrong = _Balances({}, {}), list[Wrong]()
    seen: set[tuple[int, str]] = set()
    for one in lines:
        home = at.get(one.row, 0)
        problem = _balance(tariff, one, home, found)
        key = (home, one.cells["账期"])
        if problem is None and one.cells["欠费（元）"] and home and key in seen:
            problem = Wrong(one.row, "账期", "这户这一期在表里重复")
        seen.add(key)
        wrong += [problem] if problem else []
    return found, wrong


def _balance(tariff: Tariff, one: Line, home: int, found: _Balances) -> Wrong | None:
    """Take the row's figures, or say what is wrong with it."""
    owed, prepaid = one.cells["欠费（元）"], one.cells["预存（元）"]
    if not owed and not prepaid:
        return Wrong(one.row, "欠费（元）", "欠费和预存至少填一项")
    if owed:
        amount, key = rules.fen(owed), one.cells["账期"]
        span = pricing.spans(tariff, [key])[key]
        if not amount:
            return Wrong(one.row, "欠费（元）", "应为大于 0 的金额，最多两位小数")
        if span is None or span.first > clock.today():
            return Wrong(one.row, "账期", f"应为已开始的周期，{tariff.period.label}")
        found.bills[one.row] = Brought(home, span.key, amount)
    if prepaid:
        amount = rules.fen(prepaid)
        if not amount:
            return Wrong(one.row, "预存（元）", "应为大于 0 的金额，最多两位小数")
        if home in found.prepaid:
            return Wrong(one.row, "预存（元）", "这户的预存在表里重复")
        found.prepaid[home] = (one.row, amount)
    return None


async def _prepaid_before(tariff: Tariff, found: _Balances) -> list[Wrong]:
    known = await OpeningBalance.filter(unit_id=tariff.unit_id)
    return [
        Wrong(found.prepaid[one.dwelling_id][0], "预存（元）", "这户的预存已经导入过")
        for one in known
        if one.dwelling_id in found.prepaid
    ]


async def _prepay(actor: Actor, tariff: Tariff, found: _Balances) -> None:
    """Money that the firm had taken before we kept its books."""
    for dwelling_id, (_, amount) in found.prepaid.items():
        tenure = await tenures.current(dwelling_id)
        await OpeningBalance.create(
            unit_id=tariff.unit_id,
            dwelling_id=dwelling_id,
            tenure=tenure,
            amount=amount,
            brought_by=actor.user_id,
            brought_at=clock.now(),
        )
        account = bills.prepaid_account(dwelling_id, tenure)
        await ledgers.post(
            f"opening:{tariff.unit_id}:{account}",
            [Leg(f"transfer:{tariff.unit_id}", -amount), Leg(account, amount)],
            kind="opening",
            memo="上线前预存结转",
        )


# -- readings ------------------------------------------------------------------------------------
async def bring_readings(actor: Actor, tariff_id: int, upload: Upload) -> ImportReport:
    """Import what meters read. Raises NotFound, Invalid, TooLarge, Conflict."""
    tariff, lines, wrong = await _sheet(actor, tariff_id, upload, P.READINGS, rules.READINGS)
    at, more = await _at_doors(tariff, lines)
    bodies: dict[int, ReadingNew] = {}
    for one in lines:
        body = _reading(one, at.get(one.row, 0))
        if isinstance(body, Wrong):
            more.append(body)
        else:
            bodies[one.row] = body
    wrong += more + _twice(bodies)
    if wrong:
        return _report(len(lines), wrong)
    async with transaction():
        made, unlikely = await pricing.enter_all(actor, tariff, list(bodies.values()))
        rows = list(bodies)
        wrong = [
            Wrong(rows[one.index], _FIELDS.get(one.field, ""), one.message) for one in unlikely
        ]
        if not wrong:
            path, said = tariff.area.path or "", {"readings": len(made)}
            await audit.record(actor, "openings.readings", f"tariff:{tariff.id}", path, **said)
    return _report(len(lines), wrong, len(made))


_FIELDS = {"period": "账期", "read_on": "抄表日期", "previous": "上次读数", "value": "本次读数"}


def _twice(bodies: dict[int, ReadingNew]) -> list[Wrong]:
    seen: set[int] = set()
    wrong = []
    for row, body in bodies.items():
        if body.dwelling_id in seen:
            wrong.append(Wrong(row, "房号", "这户在表里重复，一次只能导入一期"))
        seen.add(body.dwelling_id)
    return wrong


def _reading(one: Line, home: int) -> ReadingNew | Wrong:
    value, previous = one.cells["本次读数"], one.cells["上次读数"]
    read_on = rules.day(one.cells["抄表日期"])
    if read_on is None:
        return Wrong(one.row, "抄表日期", "应为日期，如 2026-11-20")
    seen, before = rules.milli(value), rules.milli(previous) if previous else None
    if seen is None or (previous and before is None):
        return Wrong(one.row, "本次读数", "读数应为数字，最多三位小数")
    if len(one.cells["备注"]) > 100:
        return Wrong(one.row, "备注", "最多 100 个字")
    return ReadingNew.model_construct(
        dwelling_id=home,
        period=one.cells["账期"][:8],
        read_on=read_on,
        value=seen,
        previous=before,
        is_rolled_over=False,
        old_end=None,
        new_start=None,
        note=one.cells["备注"],
    )
