"""WeChat's day against ours: nothing is missed, nothing is invented, a rerun changes nothing."""

from typing import Any

import pytest

from backend.core.database import execute, rows
from backend.engines.ledgers import queries as ledgers
from backend.engines.settlements.models import Difference
from backend.engines.wechat_bills.models import WechatBill
from tests.bills import MCHID, Move, Trade, bills, funds_bill, trade_bill
from tests.engines.settlements.conftest import DAY, NEXT, Desk, at

pytestmark = pytest.mark.usefixtures("db")


async def everything() -> list[Any]:
    """All that a comparison may change, but for the moment of comparing."""
    found: list[Any] = []
    for table in ("settlements_difference", "settlements_fee", "wechat_bills_line"):
        found += await rows(f"SELECT * FROM {table} ORDER BY id")
    found += await rows("SELECT account, amount FROM ledgers_entry ORDER BY id")
    return found


async def test_a_day_that_agrees(desk: Desk) -> None:
    one, other = await desk.paid(10000), await desk.paid(250)
    back = await desk.refunded(one, 3000)
    trades = [
        desk.traded(one, fee=60),
        desk.traded(other, fee=2),
        desk.returned(one, back, fee=-18),
    ]
    assert await desk.settle(DAY, trades) == 0
    assert await desk.differences() == []
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 60 + 2 - 18
    assert await desk.till.earned() == 10000 + 250 - 3000 - 44
    before = await everything()
    assert await desk.compare() == 0
    await desk.load(DAY, trades)
    assert await everything() == before


async def test_a_day_without_trade(desk: Desk) -> None:
    await desk.load_files(DAY, None, None)
    assert await desk.compare() == 0
    await desk.paid()
    assert await desk.compare() == 1
    assert await desk.differences() == [("payment", "ours_only", "open")]


async def test_both_bills_are_needed(desk: Desk) -> None:
    one = await desk.paid()
    trade, funds = bills(DAY, [desk.traded(one)])
    await desk.load_files(DAY, trade, b"no bill")
    assert await desk.compare() is None
    bill = await WechatBill.get(kind="funds")
    assert (bill.status.value, bill.reason) == ("refused", "第 1 行：表头不认识")
    assert await rows("SELECT id FROM wechat_bills_line WHERE bill_id = ?", bill.id) == []
    assert funds


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"amount": 9999}, "amount"),
        ({"transaction_id": "4200somebody-elses"}, "status"),
        ({"out_trade_no": "LP-nobody-knows"}, "theirs_only"),
    ],
)
async def test_a_line_that_differs(desk: Desk, changes: dict[str, Any], wanted: str) -> None:
    one = await desk.paid()
    line = Trade(**vars(desk.traded(one)) | changes)
    await desk.settle(DAY, [line])
    kinds = [kind for subject, kind, _ in await desk.differences() if subject == "payment"]
    assert kinds[0] == wanted
    found = await Difference.filter(kind=wanted).first()
    assert found is not None
    assert (found.payee_id is None) == (wanted == "theirs_only")
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 0


async def test_what_is_missing_or_not_ours(desk: Desk) -> None:
    await desk.paid()
    open_one = await desk.till.open()
    closed = await desk.till.open("neighbour")
    await execute("UPDATE payments_payment SET status = 'closed' WHERE id = ?", closed.id)
    counter = await desk.paid()
    await execute("UPDATE payments_payment SET method = 'cash' WHERE id = ?", counter.id)
    trades = [
        desk.traded(open_one, transaction_id="4200a"),
        desk.traded(closed, transaction_id="4200b"),
        desk.traded(counter),
    ]
    assert await desk.settle(DAY, trades) == 4
    found = await rows("SELECT kind, says FROM settlements_difference ORDER BY kind, id")
    assert [row["kind"] for row in found] == ["ours_only", "status", "status", "status"]
    assert {row["says"] for row in found} == {
        "微信：无；我们：已支付",
        "微信：成功；我们：未支付",
        "微信：成功；我们：已关闭",
        "微信：成功；我们：已支付（非微信）",
    }


async def test_the_same_number_twice(desk: Desk) -> None:
    one, other = await desk.paid(), await desk.paid()
    await desk.settle(DAY, [desk.traded(one), desk.traded(one), desk.traded(other)])
    assert ("payment", "twice", "open") in await desk.differences()
    await desk.settle(NEXT, [desk.traded(other)])
    found = await Difference.filter(subject="payment", kind="twice").order_by("id")
    assert [one_.number for one_ in found] == [one.number, other.number]
    assert found[0].theirs == 2 * one.amount


async def test_refunds(desk: Desk) -> None:
    one = await desk.paid()
    good, less = await desk.refunded(one, 1000), await desk.refunded(one, 2000)
    missing, failed = await desk.refunded(one, 500), await desk.refunded(one, 700)
    await execute("UPDATE refunds_refund SET status = 'processing' WHERE id = ?", failed.id)
    trades = [
        desk.traded(one),
        desk.returned(one, good),
        desk.returned(one, less, amount=1999),
        desk.returned(one, failed),
        Trade(one.number, 5, refund_no="LR-nobody"),
    ]
    await desk.settle(DAY, trades)
    found = {row.number: row.kind.value for row in await Difference.filter(subject="refund")}
    assert found == {
        less.number: "amount",
        missing.number: "ours_only",
        failed.number: "status",
        "LR-nobody": "theirs_only",
    }


async def test_a_refund_under_way_is_no_difference(desk: Desk) -> None:
    one = await desk.paid()
    back = await desk.refunded(one, 1000)
    line = desk.returned(one, back, refund_status="PROCESSING")
    await execute("UPDATE refunds_refund SET status = 'processing' WHERE id = ?", back.id)
    assert await desk.settle(DAY, [desk.traded(one), line]) == 0
    await execute("UPDATE refunds_refund SET status = 'succeeded' WHERE id = ?", back.id)
    assert await desk.compare() == 0
    await execute("UPDATE refunds_refund SET status = 'failed' WHERE id = ?", back.id)
    assert await desk.compare() == 1


# -- the money on the account ----------------------------------------------------------------------


def moves(trades: list[Trade]) -> list[Move]:
    return [move for one in trades for move in one.funds()]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda all_: all_[2:], "ours_only"),
        (
            lambda all_: [Move("交易", "收入", 9998, all_[0].number, all_[0].voucher), *all_[1:]],
            "amount",
        ),
        (lambda all_: [*all_, all_[0]], "twice"),
        (lambda all_: [all_[0], *all_[2:]], "fee"),
        (lambda all_: [*all_, all_[1]], "fee"),
        (lambda all_: [*all_, Move("交易", "收入", 5, "4200x", "LP-x")], "theirs_only"),
    ],
)
async def test_money_that_did_not_come(desk: Desk, change: Any, wanted: str) -> None:
    one = await desk.paid()
    back = await desk.refunded(one, 1000)
    trades = [desk.traded(one, fee=60), desk.returned(one, back, fee=-6)]
    await desk.load_files(DAY, trade_bill(DAY, trades), funds_bill(DAY, change(moves(trades))))
    assert await desk.compare() == 1
    assert await desk.differences() == [("funds", wanted, "open")]


async def test_a_withdrawal_is_nobodys_business(desk: Desk) -> None:
    one = await desk.paid()
    trades = [desk.traded(one)]
    more = [Move("提现", "支出", 5000, "1900x", "TX1"), Move("充值", "收入", 1, "1900y", "CZ1")]
    await desk.load_files(DAY, trade_bill(DAY, trades), funds_bill(DAY, [*moves(trades), *more]))
    assert await desk.compare() == 0


async def test_fees_given_back_in_a_line_of_their_own(desk: Desk) -> None:
    one = await desk.paid()
    back = await desk.refunded(one, 1000)
    trades = [desk.traded(one, fee=60), desk.returned(one, back, fee=-6)]
    apart = [*moves(trades[:1]), Move("退款", "支出", 1000, one.transaction_id or "", back.number)]
    apart += [Move("退回交易手续费", "收入", 6, one.transaction_id or "", back.number)]
    await desk.load_files(DAY, trade_bill(DAY, trades), funds_bill(DAY, apart))
    assert await desk.compare() == 0
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 54


async def test_fees_of_a_merchant_under_a_service_provider(desk: Desk) -> None:
    one = await desk.paid()
    await execute("UPDATE payments_payment SET mchid = '1800000001' WHERE id = ?", one.id)
    await execute("UPDATE payments_payee SET sub_mchid = '1800000001'")
    trades = [desk.traded(one, fee=60, sub_mchid="1800000001")]
    await desk.load_files(DAY, trade_bill(DAY, trades), funds_bill(DAY, []))
    assert await desk.compare() == 0
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 60


# -- healing ---------------------------------------------------------------------------------------


async def test_a_payment_over_midnight_heals_the_next_day(desk: Desk) -> None:
    one = await desk.paid(moment=at(DAY, 23, 59))
    assert await desk.settle(DAY, []) == 1
    assert await desk.settle(NEXT, [desk.traded(one)]) == 0
    assert await desk.differences() == [("payment", "ours_only", "healed")]
    found = await Difference.get()
    assert found.grounds.startswith("跨日")
    assert found.ruled_by == 0


async def test_a_payment_that_we_learn_of_later_heals(desk: Desk) -> None:
    one = await desk.till.open()
    line = desk.traded(one, transaction_id=f"42{one.number}"[:32])
    assert await desk.settle(DAY, [line]) == 1
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 0
    await desk.paid(1)
    await execute(
        "UPDATE payments_payment SET status = 'paid', method = 'wechat', transaction_id = ?, "
        "mchid = ?, paid_at = ? WHERE id = ?",
        line.transaction_id,
        MCHID,
        at(DAY),
        one.id,
    )
    await desk.compare()
    assert ("payment", "status", "healed") in await desk.differences()
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 6


async def test_what_becomes_something_else_is_listed_anew(desk: Desk) -> None:
    one = await desk.paid()
    assert await desk.settle(DAY, []) == 1
    await desk.settle(NEXT, [desk.traded(one, amount=1)])
    payments = [line for line in await desk.differences() if line[0] == "payment"]
    assert payments == [("payment", "ours_only", "healed"), ("payment", "amount", "open")]
    await execute("DELETE FROM wechat_bills_line WHERE bill_id > 2")
    await desk.compare()
    payments = [line for line in await desk.differences() if line[0] == "payment"]
    assert payments == [("payment", "ours_only", "open"), ("payment", "amount", "healed")]
