"""Refunds through WeChat: the same number on every try, found whatever is lost, and a person where
WeChat cannot."""

import pytest
import time_machine

from backend.core import database
from backend.core.actor import SYSTEM
from backend.engines.ledgers import queries as books
from backend.engines.payments.models import Payment
from backend.engines.quarantines.models import Quarantine
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.engines.refunds.service import RefundLine
from tests.engines.checkouts.bank import MCHID
from tests.engines.checkouts.conftest import Desk


async def give_back(payment: Payment, amount: int = 10000, key: str = "back") -> Refund:
    async with database.transaction():
        lines = [RefundLine("bill:1", amount)]
        return await refunds.refund(SYSTEM, payment.id, key=key, lines=lines, reason="多收了")


async def status(one: Refund) -> str:
    return (await Refund.get(id=one.id)).status.value


async def test_there_and_back(desk: Desk, frozen: time_machine.Traveller) -> None:
    payment = await desk.paid()
    made = await give_back(payment, 4000)
    assert await desk.till.earned() == 6000
    await desk.beat()
    assert await status(made) == "processing"
    terms = desk.bank.refunds[made.number]["terms"]
    assert terms["amount"] == {"refund": 4000, "total": 10000, "currency": "CNY"}
    assert terms["transaction_id"] == payment.transaction_id
    word = desk.bank.refund_word(made.number, "SUCCESS")
    for _ in range(10):
        assert await desk.tell(word, "refund") == 204
    assert await status(made) == "succeeded"
    assert await books.balance(f"wechat:{MCHID}") == -6000
    assert await desk.till.earned() == 6000
    await desk.beat()
    assert (await desk.till.inbox("resident")).count("退款已到账") == 1
    assert await Quarantine.all().count() == 0


async def test_done_at_once(desk: Desk) -> None:
    desk.bank.refund_state = "SUCCESS"
    made = await give_back(await desk.paid())
    await desk.beat()
    assert await status(made) == "succeeded"


@pytest.mark.parametrize("state", ["SUCCESS", "PROCESSING"])
async def test_an_answer_that_is_lost(
    desk: Desk, frozen: time_machine.Traveller, state: str
) -> None:
    """The same number again finds what was done: it is not done twice."""
    made = await give_back(await desk.paid())
    desk.bank.refund_state = state
    desk.bank.lose.add("refunds")
    await desk.beat()
    assert await status(made) == "requested"
    desk.bank.lose.clear()
    await desk.ticks(frozen, 60)
    assert list(desk.bank.refunds) == [made.number]
    assert await status(made) == {"SUCCESS": "succeeded", "PROCESSING": "processing"}[state]


async def test_the_notification_before_the_answer(
    desk: Desk, frozen: time_machine.Traveller
) -> None:
    made = await give_back(await desk.paid())
    desk.bank.lose.add("refunds")
    await desk.beat()
    desk.bank.lose.clear()
    assert await desk.tell(desk.bank.refund_word(made.number, "SUCCESS"), "refund") == 204
    assert await status(made) == "succeeded"
    await desk.ticks(frozen, 120)
    assert await books.balance(f"wechat:{MCHID}") == 0


async def test_a_silent_refund_is_found(desk: Desk, frozen: time_machine.Traveller) -> None:
    made = await give_back(await desk.paid())
    await desk.beat()
    desk.bank.refunds[made.number]["state"] = "SUCCESS"
    await desk.ticks(frozen, 280)
    assert await status(made) == "succeeded"


async def test_one_a_minute(desk: Desk, frozen: time_machine.Traveller) -> None:
    payment = await desk.paid()
    for number in range(3):
        await give_back(payment, 100, f"part-{number}")
    sent = []
    for _ in range(40):
        await desk.beat()
        sent.append(len(desk.bank.refunds))
        frozen.shift(5)
    assert sent[0] == 1
    assert sent[11] == 1, "within the minute no second one"
    assert sent[20] == 2
    assert sent[-1] == 3


async def test_the_merchants_account_is_too_low(desk: Desk, frozen: time_machine.Traveller) -> None:
    made = await give_back(await desk.paid())
    desk.bank.refuse["refunds"] = (403, "NOT_ENOUGH")
    await desk.ticks(frozen, 120)
    assert await status(made) == "requested"
    assert (await desk.till.inbox("accountant")).count("有退款需要处理") == 1
    seen = await desk.till.call("accountant", f"/refunds/{made.id}")
    assert seen["trouble"] == "商户可用余额不足"
    desk.bank.refuse.clear()
    await desk.ticks(frozen, 300)
    assert await status(made) == "processing"
    assert (await desk.till.call("accountant", f"/refunds/{made.id}"))["trouble"] == ""


async def test_closed_is_put_back(desk: Desk) -> None:
    payment = await desk.paid()
    made = await give_back(payment)
    await desk.beat()
    assert await desk.tell(desk.bank.refund_word(made.number, "CLOSED"), "refund") == 204
    assert await status(made) == "failed"
    assert await desk.till.earned() == 10000
    assert await books.balance(f"wechat:{MCHID}") == -10000
    assert (await give_back(payment, key="anew")).status == "requested"


async def test_abnormal_waits_for_a_person(desk: Desk, frozen: time_machine.Traveller) -> None:
    made = await give_back(await desk.paid())
    await desk.beat()
    word = desk.bank.refund_word(made.number, "ABNORMAL")
    for _ in range(2):
        assert await desk.tell(word, "refund") == 204
    assert await status(made) == "abnormal"
    await desk.ticks(frozen, 60)
    assert (await desk.till.inbox("accountant")).count("有退款需要处理") == 1
    desk.bank.refunds[made.number]["state"] = "SUCCESS"
    await desk.till.call("accountant", f"/refunds/{made.id}/retry", {"reason": "用户换了银行卡"})
    await desk.ticks(frozen, 30)
    assert await status(made) == "succeeded"


async def test_what_wechat_will_never_do(desk: Desk) -> None:
    made = await give_back(await desk.paid())
    desk.bank.refuse["refunds"] = (400, "INVALID_REQUEST")
    await desk.beat()
    assert await status(made) == "abnormal"
    assert "不行" in (await Refund.get(id=made.id)).trouble


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"out_refund_no": "LR-of-nobody"}, "unknown"),
        ({"amount": {"refund": 1, "total": 10000}}, "amount"),
        ({"amount": {"refund": 10000, "total": 1}}, "amount"),
        ({"transaction_id": "4299"}, "amount"),
        ({"mchid": "1900000999"}, "merchant"),
        ({"amount": {"refund": -5, "total": 10000}}, "unreadable"),
    ],
)
async def test_a_refund_that_disagrees(desk: Desk, changes: dict[str, object], why: str) -> None:
    made = await give_back(await desk.paid())
    await desk.beat()
    word = desk.bank.refund_word(made.number, "SUCCESS") | changes
    for _ in range(2):
        assert await desk.tell(word, "refund") == 204
    kept = await Quarantine.all()
    assert {one.why for one in kept} == {why}
    assert await status(made) == "processing"
    assert await books.balance(f"wechat:{MCHID}") == -10000


async def test_success_after_we_called_it_failed(desk: Desk) -> None:
    made = await give_back(await desk.paid())
    await desk.beat()
    await desk.tell(desk.bank.refund_word(made.number, "CLOSED"), "refund")
    assert await desk.tell(desk.bank.refund_word(made.number, "SUCCESS"), "refund") == 204
    assert (await Quarantine.get()).why == "state"
    assert await desk.till.earned() == 10000
