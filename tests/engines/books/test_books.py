"""The day's books: written once, the same whenever they are computed, closed by a person."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from backend.core.database import execute, rows, transaction
from backend.engines.books import service
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.payments import service as payments
from backend.engines.refunds import service as refunds
from backend.engines.settlements.models import Difference
from tests.engines.settlements.conftest import DAY, NEXT, Desk, at

GROUNDS = {"grounds": "已核对原始凭证"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is the morning of the day that the tests are about."""
    with time_machine.travel(at(DAY), tick=False) as traveller:
        yield traveller


@pytest.fixture
async def day(clock: time_machine.Traveller, desk: Desk) -> int:
    """A day with a payment, one at the counter, a refund; written down the next noon."""
    one = await desk.paid(10000)
    await desk.refunded(one, 3000)
    counter = await desk.till.open("neighbour", 5000)
    body = {"method": "cash", "receipt_no": "A-0001"}
    await desk.till.call("cashier", f"/payments/{counter.id}/counter", body)
    clock.move_to(at(NEXT, 12))
    assert await service.write_due() == 1
    found = await rows("SELECT id FROM books_day")
    return int(found[0]["id"])


async def compared(desk: Desk, clock: time_machine.Traveller) -> None:
    """WeChat's bills of the day agree."""
    paid = await rows("SELECT id FROM payments_payment WHERE method = 'wechat'")
    payment = await payments.Payment.get(id=paid[0]["id"])
    refund = await refunds.Refund.get()
    assert await desk.settle(DAY, [desk.traded(payment), desk.returned(payment, refund)]) == 0


async def test_a_day(desk: Desk, day: int) -> None:
    seen = await desk.till.call("accountant", f"/finance/days/{day}")
    figures = {name: seen[name] for name in ("opening", "income", "refunds", "fees", "closing")}
    assert figures == {"opening": 0, "income": 15000, "refunds": 3000, "fees": 0, "closing": 12000}
    assert [(one["name"], one["amount"]) for one in seen["income_by"]] == [
        ("微信支付", 10000),
        ("现金", 5000),
    ]
    assert (seen["is_same"], seen["is_compared"], seen["waiting"]) == (True, False, 0)
    lines = (await desk.till.call("accountant", f"/finance/days/{day}/movements"))["items"]
    assert [one["amount"] for one in lines] == [10000, -3000, 5000]
    assert await service.write_due() == 0


async def test_the_next_day_begins_where_this_one_ended(
    desk: Desk, day: int, clock: time_machine.Traveller
) -> None:
    await compared(desk, clock)
    await desk.paid(100)
    now = await desk.till.call("accountant", "/finance/today")
    figures = [(one["opening"], one["income"], one["fees"]) for one in now["items"]]
    assert figures == [(12000, 100, 5)]
    clock.move_to(at(NEXT + timedelta(days=3)))
    assert await service.write_due() == 3
    found = await rows("SELECT opening, fees, closing FROM books_day ORDER BY day")
    assert [tuple(row.values()) for row in found] == [(0, 0, 12000), (12000, 5, 12095)]


async def test_closing(desk: Desk, day: int, clock: time_machine.Traveller) -> None:
    call, path = desk.till.call, f"/finance/days/{day}/close"
    assert (await call("accountant", path, {}, status=409))["code"] == "day_open"
    await compared(desk, clock)
    assert (await call("accountant", path, {"version": 7}, status=409))["code"] == "stale_version"
    closed = await call("accountant", path, {"version": 1})
    assert (closed["status"], closed["is_same"], closed["moves"]) == ("closed", True, [])
    assert closed["closer"]
    await call("accountant", path, {}, status=409)
    assert len(await rows("SELECT id FROM audit_entry WHERE action = 'books.closed'")) == 1


async def test_what_differs_keeps_a_day_open(
    desk: Desk, day: int, clock: time_machine.Traveller
) -> None:
    await desk.settle(DAY, [])
    refused = await desk.till.call("accountant", f"/finance/days/{day}/close", {}, status=409)
    assert "2 条差异" in refused["detail"]
    for one in await Difference.all():
        await desk.till.call("accountant", f"/finance/differences/{one.id}/explain", GROUNDS)
    await desk.till.call("accountant", f"/finance/days/{day}/close", {})
    assert {one.status.value for one in await Difference.all()} == {"sealed"}


async def test_a_day_whose_ledger_was_changed_is_seen(
    desk: Desk, day: int, clock: time_machine.Traveller
) -> None:
    await compared(desk, clock)
    await execute("UPDATE ledgers_entry SET amount = amount + 1 WHERE account LIKE 'payee:%'")
    assert not (await desk.till.call("auditor", f"/finance/days/{day}"))["is_same"]
    await desk.till.call("auditor", f"/finance/days/{day}/close", {}, status=409)


async def test_whose_books(desk: Desk, day: int) -> None:
    call, paths = desk.till.call, (f"/finance/days/{day}", f"/finance/days/{day}/movements")
    for who in ("accountant", "auditor", "office"):
        assert [one["id"] for one in (await call(who, "/finance/days"))["items"]] == [day]
        for path in paths:
            await call(who, path)
    assert (await call("rival_accountant", "/finance/days"))["items"] == []
    for path in paths:
        await call("rival_accountant", path, status=404)
    await call("rival_accountant", f"/finance/days/{day}/close", {}, status=404)
    await call("office", f"/finance/days/{day}/close", {}, status=403)
    for who in ("resident", "cashier", "manager"):
        for path in ("/finance/days", "/finance/today", *paths):
            await call(who, path, status=403)


async def test_the_trial_balance(desk: Desk, day: int) -> None:
    trial = await desk.till.call("office", f"/finance/trial?day={DAY}")
    assert trial["is_even"]
    closing = {one["kind"]: one["closing"] for one in trial["rows"]}
    assert closing == {"cash": -5000, "payee": 12000, "refunding": 0, "wechat": -7000}
    await desk.till.call("accountant", f"/finance/trial?day={DAY}", status=404)
    await desk.till.call("office", f"/finance/trial?day={NEXT}", status=404)


async def test_taking_books_out(desk: Desk, day: int) -> None:
    await execute("UPDATE books_day SET payee_name = '=HYPERLINK(\"x\")'")
    path = f"/api/v1/finance/days/export?first={DAY}&last={NEXT}"
    answer = await desk.till.client.get(path, headers=desk.till.headers["accountant"])
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    header, line = book.get_sheet_by_index(0).to_python()
    cells = dict(zip(header, line, strict=True))
    assert (cells["收入"], cells["退款"], cells["期末"]) == (150.0, 30.0, 120.0)
    assert cells["收入：现金"] == 50.0
    assert cells["收款方"] == '\'=HYPERLINK("x")'
    audited = await rows("SELECT detail FROM audit_entry WHERE action = 'books.exported'")
    assert len(audited) == 1
    other = await desk.till.client.get(path, headers=desk.till.headers["rival_accountant"])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(other.content)).get_sheet_by_index(0)
    assert len(sheet.to_python()) == 1
    wrong = f"/finance/days/export?first={NEXT}&last={DAY}"
    await desk.till.call("accountant", wrong, status=422)


async def test_days_are_written_once_however_many_write(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    async with transaction():
        legs = [Leg("cash:1", -5), Leg(desk.till.payee.account, 5)]
        await ledgers.post("x", legs, kind="payment")
    clock.move_to(at(NEXT, 1))
    await service.write_due()
    await execute("DELETE FROM books_trial")
    assert await service.write_due() == 1
    assert len(await rows("SELECT id FROM books_day")) == 1
