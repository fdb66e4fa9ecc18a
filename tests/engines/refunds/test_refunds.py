"""Refunds of balances and at the counter: never more than was paid, back the way it came."""

import asyncio
from typing import Any

import pytest

from backend.core import database
from backend.core.actor import SYSTEM
from backend.core.errors import Conflict, Invalid, KeyReused, NotFound
from backend.engines.ledgers import queries as books
from backend.engines.ledgers.service import NotEnough
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment, PaymentLine
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.engines.refunds.service import RefundLine, RefundTooLarge, TooManyRefunds
from tests.engines.payments.conftest import BALANCE, Till
from tests.engines.payments.test_payments import CASH


async def paid(till: Till, *amounts: int) -> Payment:
    """A payment of the resident's, paid from the balance."""
    opened = await till.open("resident", *amounts)
    await till.top_up(opened.amount)
    async with database.transaction():
        return await payments.pay_from_balance(till.actors["resident"], opened.id, BALANCE)


async def give_back(payment: Payment, key: str, *lines: tuple[str, int]) -> Refund:
    async with database.transaction():
        wanted = [RefundLine(*one) for one in lines]
        return await refunds.refund(SYSTEM, payment.id, key=key, lines=wanted, reason="多收了")


async def test_a_balance_has_it_back_at_once(till: Till) -> None:
    payment = await paid(till, 10000, 2500)
    first = await give_back(payment, "one", ("bill:1", 4000))
    assert first.status == "succeeded"
    assert (await books.balance(BALANCE), await till.earned()) == (4000, 8500)
    await give_back(payment, "two", ("bill:1", 6000), ("bill:2", 2500))
    assert (await books.balance(BALANCE), await till.earned()) == (12500, 0)
    await till.work()
    assert (await till.inbox("resident")).count("退款已到账") == 2
    seen = await till.call("resident", f"/payments/{payment.id}")
    assert [one["refunded"] for one in seen["lines"]] == [10000, 2500]
    mine = (await till.call("resident", "/refunds/mine"))["items"]
    assert [one["amount"] for one in mine] == [8500, 4000]


async def test_never_more_than_was_paid(till: Till) -> None:
    payment = await paid(till, 10000, 2500)
    for lines in ([("bill:1", 10001)], [("bill:2", 2501)]):
        with pytest.raises(RefundTooLarge):
            await give_back(payment, "much", *lines)
    await give_back(payment, "some", ("bill:1", 9999))
    with pytest.raises(RefundTooLarge):
        await give_back(payment, "more", ("bill:1", 2))
    assert await Refund.all().count() == 1
    assert await till.earned() == 2501


@pytest.mark.parametrize("lines", [[], [("bill:1", 0)], [("bill:1", -1)], [("bill:9", 1)]])
async def test_lines_that_no_refund_has(till: Till, lines: Any) -> None:
    payment = await paid(till)
    with pytest.raises(Invalid):
        await give_back(payment, "bad", *lines)
    assert (await Payment.get(id=payment.id)).refunded == 0


async def test_a_key_refunds_once(till: Till) -> None:
    payment = await paid(till)
    first = await give_back(payment, "once", ("bill:1", 100))
    assert (await give_back(payment, "once", ("bill:1", 100))).id == first.id
    with pytest.raises(KeyReused):
        await give_back(payment, "once", ("bill:1", 200))
    assert await till.earned() == 9900


async def test_the_unpaid_is_not_refunded(till: Till) -> None:
    opened = await till.open()
    with pytest.raises(Conflict):
        await give_back(opened, "x", ("bill:1", 1))
    with pytest.raises(NotFound):
        await refunds.refund(SYSTEM, 404, key="y", lines=[RefundLine("a", 1)], reason="x")


async def test_fifty_parts_at_most(till: Till) -> None:
    payment = await paid(till)
    for number in range(50):
        await give_back(payment, f"part-{number}", ("bill:1", 1))
    with pytest.raises(TooManyRefunds):
        await give_back(payment, "part-50", ("bill:1", 1))


async def test_sixteen_at_once_give_back_no_more(till: Till) -> None:
    payment = await paid(till)

    async def one(number: int) -> int:
        for attempt in range(5):
            try:
                await give_back(payment, f"at-once-{number}", ("bill:1", 1000))
            except RefundTooLarge:
                return 0
            except Exception as error:
                if not database.is_retryable(error) or attempt == 4:
                    raise
            else:
                return 1
        return 0

    assert sum(await asyncio.gather(*(one(number) for number in range(16)))) == 10
    assert (await books.balance(BALANCE), await till.earned()) == (10000, 0)


async def test_a_top_up_that_was_spent(till: Till) -> None:
    """What is given back must still be there, before anything goes out."""
    line = payments.Line("top-up:1", "预存", 5000, "prepaid:dwelling/5")
    opened = await till.open("resident", lines=[line])
    await till.call("cashier", f"/payments/{opened.id}/counter", CASH)
    other = await till.open("resident", 3000)
    async with database.transaction():
        await payments.pay_from_balance(till.actors["resident"], other.id, "prepaid:dwelling/5")
    with pytest.raises(NotEnough):
        await give_back(opened, "all", ("top-up:1", 5000))
    made = await give_back(opened, "rest", ("top-up:1", 2000))
    assert made.status == "requested"
    assert await books.balance("prepaid:dwelling/5") == 0
    assert await books.check() == []


async def test_cash_goes_back_at_the_counter(till: Till) -> None:
    opened = await till.open()
    await till.call("cashier", f"/payments/{opened.id}/counter", CASH)
    made = await give_back(opened, "cash", ("bill:1", 4000))
    grounds = {"reason": "已退现金，住户签收"}
    path = f"/refunds/{made.id}"
    for who, status in (("resident", 403), ("rival", 404), ("far_cashier", 404)):
        await till.call(who, f"{path}/pay-out", grounds, status=status)
    seen = await till.call("cashier", path)
    assert seen["moves"] == ["pay-out"]
    await till.call("cashier", f"{path}/pay-out", grounds)
    await till.call("cashier", f"{path}/pay-out", grounds, status=409)
    assert await books.balance(f"cash:{till.firm.id}") == -6000
    assert await till.earned() == 6000
    assert await books.balance(f"refunding:{made.id}") == 0


async def test_what_fails_is_put_back(till: Till) -> None:
    opened = await till.open()
    await till.call("cashier", f"/payments/{opened.id}/counter", CASH)
    made = await give_back(opened, "gone", ("bill:1", 4000))
    async with database.transaction():
        await refunds.fail(made, "查无此户")
    assert await till.earned() == 10000
    line = await PaymentLine.get(payment_id=opened.id)
    assert (line.refunded, (await Payment.get(id=opened.id)).refunded) == (0, 0)
    again = await give_back(opened, "anew", ("bill:1", 10000))
    assert again.status == "requested"


async def test_abnormal_ones_before_a_person(till: Till) -> None:
    opened = await till.open()
    await till.call("cashier", f"/payments/{opened.id}/counter", CASH)
    made = await give_back(opened, "odd", ("bill:1", 4000))
    async with database.transaction():
        await refunds.turn_abnormal(made, "用户银行卡已注销")
    await till.work()
    assert "有退款需要处理" in await till.inbox("accountant")
    assert "有退款需要处理" not in await till.inbox("rival_accountant")
    listed = (await till.call("accountant", "/refunds/overseen?status=abnormal"))["items"]
    assert [(one["id"], one["trouble"]) for one in listed] == [(made.id, "用户银行卡已注销")]
    assert listed[0]["moves"] == ["retry", "settle-by-hand"]
    assert (await till.call("resident", f"/refunds/{made.id}"))["trouble"] == ""
    path = f"/refunds/{made.id}"
    await till.call("neighbour", path, status=404)
    await till.call("accountant", f"{path}/settle-by-hand", {"reason": "短"}, status=422)
    grounds = {"reason": "已电话联系，银行转账退回", "version": listed[0]["version"] - 1}
    await till.call("accountant", f"{path}/settle-by-hand", grounds, status=409)
    await till.call("rival_accountant", f"{path}/retry", {"reason": "再试一次"}, status=404)
    await till.call("accountant", f"{path}/retry", {"reason": "再试一次"})
    async with database.transaction():
        await refunds.turn_abnormal(await Refund.get(id=made.id), "用户银行卡已注销")
    del grounds["version"]
    await till.call("auditor", f"{path}/settle-by-hand", grounds)
    assert await till.earned() == 6000
    assert await books.balance(f"refunding:{made.id}") == 0
