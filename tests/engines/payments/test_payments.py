"""Payments by balance and at the counter: opened, settled once, closed, read by few."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database
from backend.core.actor import SYSTEM
from backend.core.errors import Conflict, Invalid, KeyReused, NotFound
from backend.engines.ledgers import queries as books
from backend.engines.ledgers.service import NotEnough
from backend.engines.payments import queries
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment, PaymentStatus
from backend.engines.payments.service import AlreadyPaid, Line
from tests.engines.payments.conftest import BALANCE, Till

CASH = {"method": "cash", "receipt_no": "2026-000123"}


async def test_from_balance(till: Till) -> None:
    await till.top_up(30000)
    opened = await till.open("resident", 10000, 2500)
    assert (opened.amount, opened.status) == (12500, PaymentStatus.UNPAID)
    async with database.transaction():
        await payments.pay_from_balance(till.actors["resident"], opened.id, BALANCE)
    seen = await till.call("resident", f"/payments/{opened.id}")
    assert (seen["status"], seen["method"], seen["amount"]) == ("paid", "balance", 12500)
    assert seen["moves"] == seen["methods"] == []
    assert await till.earned() == 12500
    assert await books.balance(BALANCE) == 17500
    await till.work()
    assert await till.inbox("resident") == ["支付成功"]


async def test_too_little_balance_changes_nothing(till: Till) -> None:
    await till.top_up(9999)
    opened = await till.open()
    with pytest.raises(NotEnough):
        async with database.transaction():
            await payments.pay_from_balance(till.actors["resident"], opened.id, BALANCE)
    assert (await Payment.get(id=opened.id)).status == PaymentStatus.UNPAID
    assert await till.earned() == 0


async def test_a_charge_happens_once(till: Till) -> None:
    await till.top_up(10000)
    line = Line("stay:1", "停车费", 600, till.payee.account)
    wanted: dict[str, Any] = {
        "key": "stay:1",
        "purpose": "trial",
        "payee_id": till.payee.id,
        "title": "停车费",
        "lines": [line],
        "area_path": till.city.compound.path or "",
    }
    async with database.transaction():
        first = await payments.charge(BALANCE, **wanted)
    async with database.transaction():
        assert (await payments.charge(BALANCE, **wanted)).id == first.id
    dear = Line("stay:1", "停车费", 700, till.payee.account)
    with pytest.raises(KeyReused):
        await payments.charge(BALANCE, **(wanted | {"lines": [dear]}))
    assert await till.earned() == 600


async def test_after_a_charge_that_failed_the_caller_goes_on(till: Till) -> None:
    line = Line("stay:1", "停车费", 600, till.payee.account)
    async with database.transaction():
        with pytest.raises(NotEnough):
            await payments.charge(
                BALANCE,
                key="stay:1",
                purpose="trial",
                payee_id=till.payee.id,
                title="停车费",
                lines=[line],
                area_path="/1/",
            )
        opened = await payments.open_payment(
            SYSTEM,
            purpose="trial",
            payee_id=till.payee.id,
            title="停车费",
            lines=[line],
            area_path="/1/",
        )
    assert [one.id for one in await Payment.all()] == [opened.id]
    assert await till.earned() == 0


@pytest.mark.parametrize("amounts", [(0,), (-5,), (10**8,), (1.5,), (10_000_000, 1), (1,) * 101])
async def test_amounts_that_no_payment_has(till: Till, amounts: tuple[int, ...]) -> None:
    with pytest.raises(Invalid):
        await till.open("resident", *amounts)
    assert await Payment.all().count() == 0


async def test_at_the_counter(till: Till) -> None:
    opened = await till.open()
    other = await till.open("neighbour")
    await till.call("cashier", f"/payments/{opened.id}/counter", CASH)
    seen = await till.call("resident", f"/payments/{opened.id}")
    assert (seen["status"], seen["receipt_no"]) == ("paid", CASH["receipt_no"])
    taken = await till.call("manager", f"/payments/{other.id}/counter", CASH, status=409)
    assert taken["code"] == "receipt_taken"
    again = await till.call("cashier", f"/payments/{opened.id}/counter", CASH, status=409)
    assert again["code"] == "already_paid"
    assert await till.earned() == 10000
    assert await books.balance(f"cash:{till.firm.id}") == -10000
    listed = (await till.call("cashier", "/payments/at-counter"))["items"]
    assert [(one["payer"], one["status"]) for one in listed] == [
        ("neighbour", "unpaid"),
        ("resident", "paid"),
    ]


async def test_only_the_units_own_cashiers_there(till: Till) -> None:
    opened = await till.open()
    for who in ("rival", "far_cashier"):
        await till.call(who, f"/payments/{opened.id}/counter", CASH, status=404)
        await till.call(who, f"/payments/{opened.id}", status=404)
        assert (await till.call(who, "/payments/at-counter"))["items"] == []
    for who in ("accountant", "resident", "admin"):
        await till.call(who, f"/payments/{opened.id}/counter", CASH, status=403)
    assert await till.earned() == 0


@pytest.mark.parametrize("days", [-1, 40])
async def test_a_counters_time_that_cannot_be(till: Till, days: int) -> None:
    opened = await till.open()
    at = (clock.now() - timedelta(days=days)).isoformat()
    body = CASH | {"paid_at": at}
    await till.call("cashier", f"/payments/{opened.id}/counter", body, status=422)


async def test_who_reads_what(till: Till) -> None:
    opened = await till.open()
    await till.call("neighbour", f"/payments/{opened.id}", status=404)
    await till.call("neighbour", f"/payments/{opened.id}/close", {}, status=404)
    await till.call("rival_accountant", f"/payments/{opened.id}", status=404)
    assert (await till.call("rival_accountant", "/payments/overseen"))["items"] == []
    for who in ("accountant", "auditor", "office"):
        await till.call(who, f"/payments/{opened.id}")
        listed = (await till.call(who, f"/payments/overseen?q={opened.number}"))["items"]
        assert [one["id"] for one in listed] == [opened.id]
    assert (await till.call("neighbour", "/payments/mine"))["items"] == []
    mine = await till.call("resident", "/payments/mine?status=unpaid&purpose=testing")
    assert [one["id"] for one in mine["items"]] == [opened.id]


async def test_closing(till: Till) -> None:
    opened = await till.open()
    closed = await till.call("resident", f"/payments/{opened.id}/close", {})
    assert closed["status"] == "closed"
    await till.call("resident", f"/payments/{opened.id}/close", {})
    answer = await till.call("cashier", f"/payments/{opened.id}/counter", CASH, status=409)
    assert "关闭" in answer["detail"]
    with pytest.raises(Conflict):
        await payments.pay_from_balance(till.actors["resident"], opened.id, BALANCE)


async def test_what_is_paid_does_not_close(till: Till) -> None:
    opened = await till.open()
    await till.call("cashier", f"/payments/{opened.id}/counter", CASH)
    await till.call("resident", f"/payments/{opened.id}/close", {}, status=409)


async def test_the_unpaid_expire(till: Till) -> None:
    opened = await till.open()
    later = await till.open("neighbour", 5, minutes=60)
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert await payments.close_expired() == 1
        assert await payments.close_expired() == 0
    assert (await Payment.get(id=opened.id)).status == PaymentStatus.CLOSED
    assert (await Payment.get(id=later.id)).status == PaymentStatus.UNPAID


async def test_sixteen_ways_to_pay_and_one_wins(till: Till) -> None:
    await till.top_up(10**6)
    opened = await till.open()

    async def pay(number: int) -> bool:
        try:
            async with database.transaction():
                if number % 2:
                    await payments.pay_from_balance(till.actors["resident"], opened.id, BALANCE)
                else:
                    body = payments.CounterBody(method="cash", receipt_no=f"R{number}")
                    await payments.record_at_counter(till.actors["cashier"], opened.id, body)
        except (AlreadyPaid, Conflict):
            return False
        except Exception as error:
            if not database.is_retryable(error):
                raise
            return False
        return True

    assert sum(await asyncio.gather(*(pay(number) for number in range(16)))) == 1
    assert await till.earned() == 10000


async def test_payees_are_the_administrators(till: Till) -> None:
    change = {"sub_mchid": "1900000109"}
    path = f"/payments/payees/{till.payee.id}"
    seen = await till.call("admin", path, change, method="PATCH")
    assert seen["sub_mchid"] == "1900000109"
    await till.call("accountant", path, change, method="PATCH", status=403)
    await till.call("admin", path, {"sub_mchid": "x"}, method="PATCH", status=422)
    listed = (await till.call("admin", "/payments/payees?q=锦绣"))["items"]
    assert [one["name"] for one in listed] == ["锦绣物业"]
    same = await payments.payee("firm", till.firm.id, "锦绣物业服务公司")
    assert (same.id, same.sub_mchid) == (till.payee.id, "1900000109")
    with pytest.raises(NotFound):
        await queries.get_payee(404)
