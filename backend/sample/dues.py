"""Bills of a month of money: all ways to pay them, and what goes wrong with it."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.sample.caller import Caller
from backend.sample.tour import NotAsPromised, demand
from backend.sample.wallet import A_MOMENT, Episode, Month, arrived, gone_back, pay, sheet, yuan
from backend.settings import settings

PART = 100
"""Fen of a bill that go back."""


async def _open_bills(caller: Caller) -> list[dict[str, Any]]:
    return [one for one in await caller.rows("/bills/mine") if one["status"] == "unpaid"]


async def _opened(caller: Caller, amount: int | None = None) -> dict[str, Any]:
    """A payment of the caller's oldest bill, or onto the balance where none is owed."""
    bills = await _open_bills(caller)
    if bills and amount is None:
        body = {"bill_ids": [bills[0]["id"]]}
        found: dict[str, Any] = await caller.post("/fees/payments", body)
        return found
    home = (await caller.get("/fees/overview"))["homes"][0]
    top_up = {"dwelling_id": home["dwelling_id"], "amount": amount or 5_000}
    topped: dict[str, Any] = await caller.post("/fees/top-ups", top_up)
    return topped


async def pay_all(month: Month, caller: Caller) -> None:
    """An ordinary resident: everything at once, and then nothing is owed any more."""
    bills = await _open_bills(caller)
    if not bills:
        return
    payment = await caller.post("/fees/payments", {"bill_ids": [one["id"] for one in bills]})
    await pay(month, caller, payment)
    await arrived(month, caller, payment)
    demand(not await _open_bills(caller), "what was paid is owed no more")


async def _changes_mind(month: Month, number: int) -> None:
    caller = month.resident(number)
    payment = await _opened(caller)
    said = await sheet(caller, payment, result="cancel")
    demand("cancel" in said["errMsg"], "who cancels has not paid")
    await pay(month, caller, payment)
    await arrived(month, caller, payment)
    month.note("先取消、后支付")


async def _nobody_is_told(month: Month, number: int) -> None:
    caller = month.resident(number)
    payment = await _opened(caller)
    await pay(month, caller, payment, quietly=True)
    await month.house.pass_time(A_MOMENT)
    await arrived(month, caller, payment)
    month.note("微信漏发通知，五分钟内查到")


async def _told_ten_times(month: Month, number: int) -> None:
    caller = month.resident(number)
    payment = await _opened(caller)
    await pay(month, caller, payment)
    about = {"mchid": settings().wechat_pay_mchid, "out_trade_no": payment["number"]}
    sent = await month.house.ask_wechat(
        "/control/pay/notifications/send", **about, times=10, is_parallel=True
    )
    demand(len(sent["results"]) == 10, "ten were sent")  # type: ignore[arg-type]
    forged = {"resource": {"amount": {"total": 1, "currency": "CNY", "payer_total": 1}}}
    strange = {"signed_by_stranger": True}
    for forge in (forged, strange):
        await month.house.ask_wechat("/control/pay/notifications/send", **about, forge=forge)
    await month.house.settle()
    await arrived(month, caller, payment)
    month.note("通知重复十次、另有伪造，只记一次")


async def _twice(month: Month, number: int) -> None:
    """The same bill from two phones: one sheet was left open, and is paid after all."""
    caller = month.resident(number)
    is_bill = bool(await _open_bills(caller))
    first = await _opened(caller)
    left_open = await caller.post(f"/payments/{first['id']}/prepay")
    second = await _opened(caller)
    body = {"params": left_open, "openid": caller.openid, "quietly": True}
    await caller.wechat.post("/control/pay/pay", json=body)
    month.income += first["amount"]
    await pay(month, caller, second)
    await month.house.pass_time(A_MOMENT)
    for payment in (first, second):
        await arrived(month, caller, payment)
    await gone_back(month)
    seen = [await caller.get(f"/payments/{one['id']}") for one in (first, second)]
    back = sum(one["refunded"] for one in seen)
    demand(back == (first["amount"] if is_bill else 0), f"only what was too much is back: {back}")
    month.note("同一账单两次付款，多付的退回" if is_bill else "两部手机各充值一笔，都已入账")


async def _balance(month: Month, number: int) -> None:
    caller = month.resident(number)
    await pay(month, caller, await _opened(caller, 20_000))
    bills = await _open_bills(caller)
    if bills:
        body = {"bill_ids": [bills[0]["id"]], "from_balance": True}
        payment = await caller.post("/fees/payments", body)
        await arrived(month, caller, payment)
    month.note("预存，并用余额缴费")


async def _counter(month: Month, number: int) -> None:
    home = (await month.resident(number).get("/fees/overview"))["homes"][0]
    body = {"dwelling_id": home["dwelling_id"], "top_up": 10_000, "method": "cash"}
    taken = await month.manager.post("/fees/counter", body)
    demand(taken["receipt_no"], "money at the counter has its receipt")
    month.note("窗口收现金，开收据")


async def _gives_back(month: Month, number: int) -> None:
    """A part of a bill goes back the way it came: WeChat sends it, and says so."""
    caller, bill_id, paid = await _paid_at_wechat(month, number)
    body = {"amount": PART, "reason": "重复计费", "is_owed_again": False}
    asked = await month.manager.post(f"/fees/bills/{bill_id}/refund", body)
    demand(len(asked["refund_ids"]) == 1, "a refund has its number")
    await gone_back(month)
    refund = await caller.get(f"/refunds/{asked['refund_ids'][0]}")
    demand(refund["status"] == "succeeded", f"the refund has arrived, not {refund}")
    payment = await caller.get(f"/payments/{paid['payment_id']}")
    demand(payment["refunded"] >= PART, "the payer sees what came back of the payment")
    await _sent_by_wechat(month, refund, payment)
    left = (await month.manager.get(f"/fees/bills/{bill_id}/money"))["payments"][0]["amount"]
    demand(left == paid["amount"] - PART, f"{left} of {paid['amount']} lie in the bill still")
    month.note(f"退费 {yuan(PART)} 元，原路退回微信")


async def _paid_at_wechat(month: Month, number: int) -> tuple[Caller, int, dict[str, Any]]:
    """Whose bill of this month was paid through WeChat, which, and by what."""
    for step in range(len(month.residents)):
        caller = month.resident(number + step)
        for bill in await caller.rows("/bills/mine", tariff_id=month.tariff["id"], status="paid"):
            money = await month.manager.get(f"/fees/bills/{bill['id']}/money")
            for paid in money["payments"]:
                if paid["method_name"] == "微信支付" and paid["amount"] > PART:
                    return caller, bill["id"], paid
    raise NotAsPromised("somebody has paid a bill of the month through WeChat")


async def _sent_by_wechat(month: Month, refund: dict[str, Any], payment: dict[str, Any]) -> None:
    """WeChat has the refund as we have it, and its word of it was taken."""
    known = await month.accountant.wechat.get(
        "/control/pay/refunds", params={"out_refund_no": refund["number"]}
    )
    seen = [(one["status"], one["amount"]["refund"]) for one in known.json()["items"]]
    demand(seen == [("SUCCESS", PART)], f"WeChat sent {PART} back once, not {seen}")
    told = await month.accountant.wechat.get(
        "/control/pay/notifications/", params={"out_trade_no": payment["number"]}
    )
    states = {
        one["state"]
        for one in told.json()["items"]
        if one["resource"].get("out_refund_no") == refund["number"]
    }
    demand(states == {"delivered"}, f"the notification of the refund was taken, not {states}")


async def _stray(month: Month, _: int) -> None:
    """Money at WeChat that no order of ours stands for: found the next morning, and ruled."""
    about = {"mchid": settings().wechat_pay_mchid, "out_trade_no": f"WALL{clock.today():%Y%m%d}"}
    order = await month.house.ask_wechat("/control/pay/orders", **about, total=880)
    month.income += 880
    month.outside += 880 - int(str(order["fee"]))
    month.strays += 1
    month.note("有人扫了墙上的收款码，次日查出并认定")


async def _expires(month: Month, number: int) -> None:
    caller = month.resident(number)
    payment = await _opened(caller)
    await sheet(caller, payment, result="linger")
    await month.house.pass_time(timedelta(minutes=45))
    seen = await caller.get(f"/payments/{payment['id']}")
    demand(seen["status"] == "closed", "what is not paid in time is closed")
    month.note("超时未付，自动关闭")


EPISODES: tuple[Episode, ...] = (
    _changes_mind,
    _twice,
    _nobody_is_told,
    _told_ten_times,
    _balance,
    _counter,
    _gives_back,
    _stray,
    _expires,
)
