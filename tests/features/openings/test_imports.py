"""Figures by spreadsheet: all rows, or none and why."""

from typing import Any

import pytest

from backend.core import clock, spreadsheets
from backend.core.actor import Role
from backend.core.errors import Invalid, NotFound
from backend.core.http import Upload
from backend.engines.bills import queries as bills
from backend.engines.bills.models import Bill
from backend.engines.ledgers import queries as ledgers
from backend.engines.tariffs.models import Reading
from backend.engines.tariffs.rules import Period, span_of
from backend.features.openings import rules, service
from tests import estate
from tests.estate import Estate, last_quarter
from tests.features.fees.conftest import (  # noqa: F401 - a fixture
    agree_with_each_other,
    issue,
    place,
)


def sheet(columns: tuple[str, ...], *rows: tuple[Any, ...]) -> Upload:
    content = spreadsheets.write("x", columns, rows)
    return Upload("x.xlsx", content, {})


async def test_balances(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff()
    upload = sheet(
        rules.BALANCES,
        ("1号楼", "", "101", "2025Q4", 335.63, ""),
        ("１号楼", "", "101", "2026Q1", "100", 50),
        ("1号楼", "", "102", "", "", "0.05"),
    )
    done = await service.bring_balances(place.manager, tariff_id, upload)
    assert (done.rows, done.created, done.errors) == (3, 4, [])
    found = await Bill.all().order_by("id")
    assert [(one.period, one.amount, one.owed) for one in found] == [
        ("2025Q4", 33_563, 33_563),
        ("2026Q1", 10_000, 10_000),
    ]
    assert bills.explained(found[0].detail, 33_563) == ["上线前结转", "应缴 335.63 元"]
    account = bills.prepaid_account(place.homes[0].id, 0)
    assert await ledgers.balance(account) == 5_000
    again = await service.bring_balances(place.manager, tariff_id, upload)
    assert again.created == 0
    assert [(one.row, one.column) for one in again.errors] == [
        (2, "账期"),
        (3, "账期"),
        (3, "预存（元）"),
        (4, "预存（元）"),
    ]
    assert await Bill.all().count() == 2
    await agree_with_each_other()


async def test_one_wrong_row_and_nothing_is_written(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff()
    ahead = span_of(Period.QUARTER, clock.today().replace(year=clock.today().year + 1)).key
    upload = sheet(
        rules.BALANCES,
        ("1号楼", "", "101", "2025Q4", 335.63, ""),
        ("1号楼", "", "999", "2025Q4", 1, ""),
        ("1号楼", "", "102", "2025-01", 1, ""),
        ("1号楼", "", "102", ahead, 1, ""),
        ("1号楼", "", "102", "2025Q4", "-1", ""),
        ("1号楼", "", "102", "2025Q4", "1.005", ""),
        ("1号楼", "", "102", "2025Q4", "", ""),
        ("1号楼", "", "101", "2025Q4", 1, ""),
        ("1号楼", "", "102", "", "", 0),
    )
    done = await service.bring_balances(place.manager, tariff_id, upload)
    assert (done.created, {one.row for one in done.errors}) == (0, {3, 4, 5, 6, 7, 8, 9, 10})
    assert not await Bill.exists()


async def test_a_period_that_is_billed_is_not_brought_along(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff()
    await issue(place, tariff_id)
    rows = [("1号楼", "", "101", last_quarter(), 1, ""), ("1号楼", "", "101", "2020Q1", 1, "")]
    done = await service.bring_balances(place.manager, tariff_id, sheet(rules.BALANCES, *rows))
    assert [one.row for one in done.errors] == [2]
    assert await Bill.all().count() == 2


async def test_readings(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff(**estate.metered((None, 30_000)))
    today = clock.today()
    month = span_of(Period.MONTH, today).key
    good = sheet(
        rules.READINGS,
        ("1号楼", "", "101", month, str(today), 100, 112.5, ""),
        ("1号楼", "", "102", month, str(today), 7, 7, "空置"),
    )
    done = await service.bring_readings(place.manager, tariff_id, good)
    assert (done.created, done.errors) == (2, [])
    assert sorted([one.usage for one in await Reading.all()]) == [0, 12_500]


async def test_wrong_readings(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff(**estate.metered((None, 30_000)))
    today = clock.today()
    month = span_of(Period.MONTH, today).key
    bad = sheet(
        rules.READINGS,
        ("1号楼", "", "101", month, str(today), 100, 99, ""),
        ("1号楼", "", "102", month, str(today), "", 7, ""),
        ("1号楼", "", "103", month, str(today), 1, 7, ""),
    )
    done = await service.bring_readings(place.manager, tariff_id, bad)
    assert [(one.row, one.column) for one in done.errors] == [(4, "房号")]
    bad = sheet(
        rules.READINGS,
        ("1号楼", "", "101", month, str(today), 100, 99, ""),
        ("1号楼", "", "102", month, str(today), "", 7, ""),
    )
    done = await service.bring_readings(place.manager, tariff_id, bad)
    assert [(one.row, one.column) for one in done.errors] == [(2, "本次读数"), (3, "上次读数")]
    assert not await Reading.exists()


async def test_what_is_no_table(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff()
    done = await service.bring_balances(place.manager, tariff_id, sheet(("楼栋",), ("1号楼",)))
    assert done.errors[0].message == "缺少这一列，请使用模板"
    with pytest.raises(Invalid):
        await service.bring_balances(place.manager, tariff_id, Upload("x.xlsx", b"nothing", {}))
    for kind in ("balances", "readings"):
        assert service.template(kind).content.startswith(b"PK")


async def test_whose(place: Estate) -> None:  # noqa: F811
    tariff_id = await place.tariff()
    upload = sheet(rules.BALANCES, ("1号楼", "", "101", "2025Q4", 1, ""))
    for nobody in (place.staff(Role.PROPERTY_MANAGER, is_rival=True), place.cashier):
        with pytest.raises(NotFound):
            await service.bring_balances(nobody, tariff_id, upload)


def test_money_and_readings_are_exact() -> None:
    assert [rules.fen(one) for one in ("1", "0.1", "0.01", "12.34")] == [100, 10, 1, 1234]
    assert [rules.fen(one) for one in ("-1", "1.234", "1e3", "", "１")] == [None] * 5
    assert [rules.milli(one) for one in ("1", "0.001", "12.5")] == [1000, 1, 12_500]
