"""Refunds through WeChat: the same number on every try, found whatever is lost, and a person where
WeChat cannot."""

from typing import Any

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


CARD = {"bank_type": "ICBC_DEBIT", "account": "6222021234567890123", "name": "欧阳小明"}
TO_USER: dict[str, Any] = {"target": "user_card", "card": CARD, "reason": "用户换了银行卡"}
TO_MERCHANT = {"target": "merchant_card", "reason": "用户没有银行卡"}


async def _abnormal(desk: Desk) -> Refund:
    made = await give_back(await desk.paid(), 4000)
    await desk.beat()
    assert await desk.tell(desk.bank.refund_word(made.number, "ABNORMAL"), "refund") == 204
    assert await status(made) == "abnormal"
    return made


async def test_sent_on_to_another_card(desk: Desk, frozen: time_machine.Traveller) -> None:
    """Staff say where; our call; WeChat's word; booked once. The card is kept no longer than
    WeChat needs it."""
    made = await _abnormal(desk)
    path = f"/refunds/{made.id}"
    await desk.till.call("cashier", f"{path}/redirect", TO_USER, status=403)
    await desk.till.call("rival_accountant", f"{path}/redirect", TO_USER, status=404)
    for wrong in ({"card": None}, {"card": CARD | {"account": "6222 0212"}}, {"target": "x"}):
        await desk.till.call("accountant", f"{path}/redirect", TO_USER | wrong, status=422)
    seen = await desk.till.call("accountant", f"{path}/redirect", TO_USER)
    assert (seen["status"], seen["target_name"], seen["moves"]) == (
        "redirected",
        "付款人的银行卡",
        [],
    )
    kept = (await Refund.get(id=made.id)).card or ""
    assert kept
    assert CARD["account"] not in kept
    await desk.ticks(frozen, 10)
    assert await status(made) == "processing"
    assert (await Refund.get(id=made.id)).card is None
    sent_on = desk.bank.refunds[made.number]["sent_on"]
    assert sent_on == ["USER_BANK_CARD", CARD["account"], CARD["name"]]
    for _ in range(3):
        assert await desk.tell(desk.bank.refund_word(made.number, "SUCCESS"), "refund") == 204
    assert await status(made) == "succeeded"
    assert await books.balance(f"wechat:{MCHID}") == -6000
    assert await books.balance(f"refunding:{made.id}") == 0
    assert await books.check() == []
    assert await Quarantine.all().count() == 0


async def test_sent_on_to_the_merchant_and_handed_over(
    desk: Desk, frozen: time_machine.Traveller
) -> None:
    """WeChat's account has given it, the payer has not got it: both stand in the books."""
    made = await _abnormal(desk)
    path, firm = f"/refunds/{made.id}", f"transfer:{desk.till.firm.id}"
    await desk.till.call("accountant", f"{path}/redirect", TO_MERCHANT | {"card": CARD}, status=422)
    await desk.till.call("accountant", f"{path}/redirect", TO_MERCHANT)
    await desk.ticks(frozen, 10)
    for _ in range(3):
        assert await desk.tell(desk.bank.refund_word(made.number, "SUCCESS"), "refund") == 204
    assert await status(made) == "handed"
    sums = [await books.balance(one) for one in (f"wechat:{MCHID}", firm, f"refunding:{made.id}")]
    assert sums == [-6000, -4000, 4000]
    await desk.beat()
    assert (await desk.till.inbox("resident")).count("退款已到账") == 0
    stuck = (await desk.till.call("accountant", "/refunds/overseen?is_stuck=true"))["items"]
    assert [(one["id"], one["moves"]) for one in stuck] == [(made.id, ["hand-over"])]
    grounds = {"reason": "已现金交给住户，签收单 18 号"}
    await desk.till.call("rival_accountant", f"{path}/hand-over", grounds, status=404)
    await desk.till.call("accountant", f"{path}/hand-over", grounds)
    await desk.till.call("accountant", f"{path}/hand-over", grounds, status=409)
    assert await desk.tell(desk.bank.refund_word(made.number, "SUCCESS"), "refund") == 204
    sums = [await books.balance(one) for one in (f"wechat:{MCHID}", firm, f"refunding:{made.id}")]
    assert sums == [-6000, 0, 0]
    await desk.beat()
    assert (await desk.till.inbox("resident")).count("退款已到账") == 1
    assert await books.check() == []
    assert await Quarantine.all().count() == 0


async def test_an_old_word_after_it_was_sent_on(desk: Desk, frozen: time_machine.Traveller) -> None:
    """The first ABNORMAL is told again while the second way is under way: nobody is to give it
    back by hand now. WeChat is asked, and only its answer counts."""
    made = await _abnormal(desk)
    old = desk.bank.refund_word(made.number, "ABNORMAL")
    await desk.till.call("accountant", f"/refunds/{made.id}/redirect", TO_USER)
    assert await desk.tell(old, "refund") == 204
    assert await status(made) == "redirected"
    await desk.ticks(frozen, 10)
    assert await desk.tell(old, "refund") == 204
    assert await status(made) == "processing"
    desk.bank.refunds[made.number]["state"] = "ABNORMAL"
    await desk.ticks(frozen, 10)
    assert await status(made) == "abnormal", "this card cannot have it either"


@pytest.mark.parametrize("state", ["PROCESSING", "SUCCESS"])
async def test_sent_on_and_the_answer_lost(
    desk: Desk, frozen: time_machine.Traveller, state: str
) -> None:
    """The second try is refused, for it is abnormal no more: the question after it finds it."""
    made = await _abnormal(desk)
    await desk.till.call("accountant", f"/refunds/{made.id}/redirect", TO_USER)
    desk.bank.refund_state = state
    desk.bank.lose.add("apply-abnormal")
    await desk.ticks(frozen, 10)
    assert await status(made) == "redirected"
    desk.bank.lose.clear()
    await desk.ticks(frozen, 120)
    assert await status(made) == {"SUCCESS": "succeeded", "PROCESSING": "processing"}[state]
    assert (await Refund.get(id=made.id)).card is None
    assert await books.check() == []


async def test_wechat_does_not_take_the_card(desk: Desk, frozen: time_machine.Traveller) -> None:
    made = await _abnormal(desk)
    desk.bank.refuse["apply-abnormal"] = (400, "PARAM_ERROR")
    await desk.till.call("accountant", f"/refunds/{made.id}/redirect", TO_USER)
    await desk.ticks(frozen, 60)
    seen = await desk.till.call("accountant", f"/refunds/{made.id}")
    assert (seen["status"], "没有受理" in seen["trouble"]) == ("abnormal", True)
    assert seen["moves"] == ["retry", "redirect", "settle-by-hand"]


async def test_what_wechat_never_took_is_not_sent_on(desk: Desk) -> None:
    made = await give_back(await desk.paid())
    desk.bank.refuse["refunds"] = (400, "INVALID_REQUEST")
    await desk.beat()
    assert await status(made) == "abnormal"
    await desk.till.call("accountant", f"/refunds/{made.id}/redirect", TO_USER, status=409)


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
