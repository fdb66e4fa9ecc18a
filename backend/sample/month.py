"""A month of money, over HTTP and in moved time: bills, all ways to pay, what goes wrong, refunds;
each morning WeChat's bills are fetched and compared with the books to the fen.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from backend.core import clock
from backend.core.clock import SHANGHAI
from backend.engines.ledgers import queries as ledgers
from backend.sample.caller import Caller, eventually
from backend.sample.house import House
from backend.sample.tour import Say, demand
from backend.settings import settings

DAYS = 30
MORNING = time(11, 0)
"""WeChat's bills of the day before are there after ten."""
A_MOMENT = timedelta(minutes=6)
"""Within it, a payment that WeChat told nobody of is found."""
AN_HOUR = timedelta(hours=1)
GROUNDS = "已与收款方和微信商户平台核对"


@dataclass
class Month:
    """Who plays, and what has come of it so far. `income` is what was paid through WeChat, fen."""

    house: House
    say: Say
    manager: Caller
    accountant: Caller
    residents: list[Caller]
    tariff: dict[str, Any] = field(default_factory=dict)
    income: int = 0
    strays: int = 0
    """How many payments at WeChat no order of ours stands for, not yet ruled."""
    before: int = 0
    """What the books said of the account when the month began: the sample city's own past."""
    outside: int = 0
    """Fen that they brought, less WeChat's fee: on the account, but not in our books."""
    told: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.told.append(text)

    def resident(self, number: int) -> Caller:
        return self.residents[number % len(self.residents)]


async def play(house: House, say: Say, days: int = DAYS) -> None:
    """Play the month. Raises NotAsPromised, Refused."""
    callers = [Caller(house.api, house.wechat) for _ in range(6)]
    manager, accountant, *residents = callers
    month = Month(house, say, manager, accountant, residents)
    try:
        await _arrive(month)
        first = clock.today()
        for number in range(days):
            await _live(month, number)
        await _close(month, first)
    finally:
        for one in callers:
            await one.http.aclose()
            await one.wechat.aclose()


async def _arrive(month: Month) -> None:
    """Log everyone in; the firm sets a fee for the compound that the residents live in."""
    caller = month.accountant
    await month.manager.log_in((await caller.rows("/demo/people", side="property"))[0]["openid"])
    accountants = await caller.rows("/demo/people", side="finance")
    neighbours = await caller.rows("/demo/people", side="resident")
    for one, person in zip(month.residents, neighbours, strict=False):
        await one.log_in(person["openid"])
    home = (await month.residents[0].rows("/me/dwellings"))[0]
    # The second of the front row is the county's, who sees all books.
    await month.accountant.log_in(accountants[1]["openid"])
    first = {"valid_from": f"{clock.today():%Y-%m-01}", "price": 350_000}
    body = {"area_id": home["compound_id"], "name": "电梯运行费", "basis": "fixed"}
    body |= {"period": "month", "due_days": 15, "first": first}
    month.tariff = await month.manager.post("/tariffs", body)
    await month.house.settle()
    await _rule(month)
    await month.house.pass_time(AN_HOUR)  # fees that waited for a ruling are booked
    month.before = await _booked()


async def _live(month: Month, number: int) -> None:
    """A day: what happens on it, the night, and the next morning's comparison."""
    day, before = clock.today(), month.income
    month.told.clear()
    if day.day == 1 or number == 0:
        await _bill(month, day)
    await EPISODES[number % len(EPISODES)](month, number)
    await _pay_all(month, month.resident(number + 3))
    await _sleep(month, day)
    await _compare(month, day)
    what = "；".join(month.told)
    month.say(f"{day:%m月%d日}　{what}　微信入账 {_yuan(month.income - before)} 元，逐笔一致")


async def _sleep(month: Month, day: date) -> None:
    """Until tomorrow at eleven: WeChat's clock and ours."""
    wake = datetime.combine(day + timedelta(days=1), MORNING, SHANGHAI)
    midnight = datetime.combine(day + timedelta(days=1), time(0, 5), SHANGHAI)
    for moment in (midnight, wake):
        await month.house.pass_time(moment - clock.now())


async def _bill(month: Month, day: date) -> None:
    body = {"tariff_id": month.tariff["id"], "period": f"{day:%Y-%m}"}
    seen = await month.manager.post("/billings/preview", body)
    await month.manager.post("/billings/runs", body)
    again = await month.manager.post("/billings/runs", body)
    await month.house.settle()
    run = await month.manager.get(f"/billings/runs/{again['id']}")
    demand(run["bills"] == seen["new"] > 0, "a run asked for twice makes what its preview says")
    month.note(f"出账 {run['bills']} 笔，{_yuan(run['amount'])} 元")


# -- paying ------------------------------------------------------------------------------------
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


async def _sheet(caller: Caller, payment: dict[str, Any], **how: Any) -> dict[str, Any]:
    """What the pay sheet of the phone ends with."""
    params = await caller.post(f"/payments/{payment['id']}/prepay")
    body = {"params": params, "openid": caller.openid, **how}
    answer = await caller.wechat.post("/control/pay/pay", json=body)
    found: dict[str, Any] = answer.json()
    return found


async def _paid(month: Month, caller: Caller, payment: dict[str, Any], **how: Any) -> None:
    """Pay through WeChat, and see that it is booked."""
    said = await _sheet(caller, payment, **how)
    demand(said["errMsg"] == "requestPayment:ok", f"the sheet ends well, not {said}")
    month.income += payment["amount"]


async def _demand_paid(month: Month, caller: Caller, payment: dict[str, Any]) -> None:
    """WeChat's word comes by itself; with it everything that follows."""

    async def seen() -> Any:
        return (await caller.get(f"/payments/{payment['id']}"))["status"]

    await eventually(seen, lambda status: status == "paid")
    await month.house.settle()


async def _pay_all(month: Month, caller: Caller) -> None:
    """An ordinary resident: everything at once, and then nothing is owed any more."""
    bills = await _open_bills(caller)
    if not bills:
        return
    payment = await caller.post("/fees/payments", {"bill_ids": [one["id"] for one in bills]})
    await _paid(month, caller, payment)
    await _demand_paid(month, caller, payment)
    demand(not await _open_bills(caller), "what was paid is owed no more")


# -- what a day can bring ----------------------------------------------------------------------
Episode = Callable[[Month, int], Awaitable[None]]


async def _changes_mind(month: Month, number: int) -> None:
    caller = month.resident(number)
    payment = await _opened(caller)
    said = await _sheet(caller, payment, result="cancel")
    demand("cancel" in said["errMsg"], "who cancels has not paid")
    await _paid(month, caller, payment)
    await _demand_paid(month, caller, payment)
    month.note("先取消、后支付")


async def _nobody_is_told(month: Month, number: int) -> None:
    caller = month.resident(number)
    payment = await _opened(caller)
    await _paid(month, caller, payment, quietly=True)
    await month.house.pass_time(A_MOMENT)
    await _demand_paid(month, caller, payment)
    month.note("微信漏发通知，五分钟内查到")


async def _told_ten_times(month: Month, number: int) -> None:
    caller = month.resident(number)
    payment = await _opened(caller)
    await _paid(month, caller, payment)
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
    await _demand_paid(month, caller, payment)
    month.note("通知重复十次、另有伪造，只记一次")


async def _twice(month: Month, number: int) -> None:
    """The same bill from two phones: one sheet was left open, and is paid after all."""
    caller = month.resident(number)
    first = await _opened(caller)
    left_open = await caller.post(f"/payments/{first['id']}/prepay")
    second = await _opened(caller)
    body = {"params": left_open, "openid": caller.openid, "quietly": True}
    await caller.wechat.post("/control/pay/pay", json=body)
    month.income += first["amount"]
    await _paid(month, caller, second)
    await month.house.pass_time(A_MOMENT)
    for payment in (first, second):
        await _demand_paid(month, caller, payment)
    month.note("同一账单两次付款，多付的退回")


async def _balance(month: Month, number: int) -> None:
    caller = month.resident(number)
    await _paid(month, caller, await _opened(caller, 20_000))
    bills = await _open_bills(caller)
    if bills:
        body = {"bill_ids": [bills[0]["id"]], "from_balance": True}
        payment = await caller.post("/fees/payments", body)
        await _demand_paid(month, caller, payment)
    month.note("预存，并用余额缴费")


async def _counter(month: Month, number: int) -> None:
    home = (await month.resident(number).get("/fees/overview"))["homes"][0]
    body = {"dwelling_id": home["dwelling_id"], "top_up": 10_000, "method": "cash"}
    taken = await month.manager.post("/fees/counter", body)
    demand(taken["receipt_no"], "money at the counter has its receipt")
    month.note("窗口收现金，开收据")


async def _gives_back(month: Month, number: int) -> None:
    caller = month.resident(number)
    bills = [one for one in await caller.rows("/bills/mine") if one["status"] == "paid"]
    if bills:
        body = {"amount": 100, "reason": "重复计费", "is_owed_again": False}
        asked = await month.manager.post(f"/fees/bills/{bills[0]['id']}/refund", body)
        demand(asked["refund_ids"], "a refund has its number")
        await month.house.settle()
    month.note("退费")


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
    await _sheet(caller, payment, result="linger")
    await month.house.pass_time(timedelta(minutes=45))
    seen = await caller.get(f"/payments/{payment['id']}")
    demand(seen["status"] == "closed", "what is not paid in time is closed")
    month.note("超时未付，自动关闭")


EPISODES: tuple[Episode, ...] = (
    _changes_mind,
    _nobody_is_told,
    _told_ten_times,
    _twice,
    _balance,
    _counter,
    _gives_back,
    _stray,
    _expires,
)


# -- the morning after -------------------------------------------------------------------------
async def _compare(month: Month, day: date) -> None:
    """Both bills of the day are compared, what disagrees is exactly what was played, and the
    accountant rules it and closes the day."""
    bills = [
        one for one in await month.accountant.rows("/finance/statements") if one["day"] == f"{day}"
    ]
    seen = sorted(one["status"] for one in bills)
    demand(seen == ["compared", "compared"], f"both bills of {day} are compared, not {bills}")
    found = await month.accountant.rows("/finance/differences", limit=100)
    demand(len(found) == month.strays, f"{month.strays} differences on {day}, not {found}")
    await _rule(month)
    month.strays = 0
    for one in await month.accountant.rows("/finance/days", first=f"{day}", last=f"{day}"):
        closed = await month.accountant.post(f"/finance/days/{one['id']}/close", {})
        demand(closed["is_same"], "a closed day is computed again from the ledger")


async def _rule(month: Month) -> None:
    """The accountant rules every difference that waits."""
    for one in await month.accountant.rows("/finance/differences", limit=100):
        ruling = {"grounds": GROUNDS, "version": one["version"]}
        await month.accountant.post(f"/finance/differences/{one['id']}/explain", ruling)


async def _booked() -> int:
    """What our books say that WeChat holds for us, fen: received, less refunds and its fees."""
    mchid = settings().wechat_pay_mchid
    fees = await ledgers.balance(f"wechat-fees:{mchid}")
    return -await ledgers.balance(f"wechat:{mchid}") - fees


async def _close(month: Month, first: date) -> None:
    """The month's end: the ledger agrees with itself, and with what WeChat holds for us."""
    wrong = await ledgers.check()
    demand(not wrong, f"the books agree, not {wrong}")
    orders = await _known_to_wechat(month, "orders")
    refunds = await _known_to_wechat(month, "refunds")
    held = sum(one["amount"]["total"] - one["fee"] for one in orders if "fee" in one)
    held -= sum(one["amount"]["refund"] - one["fee"] for one in refunds if _is_back(one))
    booked = await _booked() - month.before
    agrees = booked + month.outside == held
    demand(agrees, f"we book {booked} and {month.outside} outside, WeChat holds {held}")
    last = clock.today() - timedelta(days=1)
    span = {"first": f"{first}", "last": f"{last}"}
    answer = await month.accountant.http.get("/finance/days/export", params=span)
    demand(answer.content[:2] == b"PK", "the month can be taken out as a spreadsheet")
    month.say(
        f"月末　微信账户 {_yuan(held)} 元，与总账一致；{len(orders)} 笔收款，{len(refunds)} 笔退款"
    )


async def _known_to_wechat(month: Month, what: str) -> list[dict[str, Any]]:
    answer = await month.accountant.wechat.get(f"/control/pay/{what}")
    return list(answer.json()["items"])


def _is_back(refund: dict[str, Any]) -> bool:
    return bool(refund["status"] == "SUCCESS")


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"
