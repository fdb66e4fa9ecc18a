"""A month of money, over HTTP and in moved time: bills, parking and shops, all ways to pay, what
goes wrong, refunds; each morning WeChat's bills are fetched and compared with the books to the fen.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from backend.core import clock
from backend.core.clock import SHANGHAI
from backend.engines.ledgers import queries as ledgers
from backend.sample import driving, dues, shopping
from backend.sample.caller import Caller
from backend.sample.house import House
from backend.sample.tour import Say, demand
from backend.sample.wallet import Episode, Month, yuan
from backend.settings import settings

DAYS = 30
MORNING = time(11, 0)
"""WeChat's bills of the day before are there after ten."""
AN_HOUR = timedelta(hours=1)
GROUNDS = "已与收款方和微信商户平台核对"
EPISODES: tuple[Episode, ...] = (*dues.EPISODES, *driving.EPISODES, *shopping.EPISODES)


async def play(house: House, say: Say, days: int = DAYS) -> None:
    """Play the month. Raises NotAsPromised, Refused."""
    callers = [Caller(house.api, house.wechat) for _ in range(7)]
    manager, accountant, merchant, *residents = callers
    month = Month(house, say, manager, accountant, merchant, residents)
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
    for one, side in ((month.manager, "property"), (month.merchant, "merchant")):
        await one.log_in((await caller.rows("/demo/people", side=side))[0]["openid"])
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
    await dues.pay_all(month, month.resident(number + 3))
    await _sleep(month, day)
    await _compare(month, day)
    what = "；".join(month.told)
    month.say(f"{day:%m月%d日}　{what}　微信入账 {yuan(month.income - before)} 元，逐笔一致")


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
    month.note(f"出账 {run['bills']} 笔，{yuan(run['amount'])} 元")


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
    paid = [one for one in orders if "fee" in one]
    total = sum(one["amount"]["total"] for one in paid)
    demand(total == month.income, f"people paid {month.income}, WeChat took {total}")
    held = total - sum(one["fee"] for one in paid)
    held -= sum(one["amount"]["refund"] - one["fee"] for one in refunds if _is_back(one))
    booked = await _booked() - month.before
    agrees = booked + month.outside == held
    demand(agrees, f"we book {booked} and {month.outside} outside, WeChat holds {held}")
    last = clock.today() - timedelta(days=1)
    span = {"first": f"{first}", "last": f"{last}"}
    answer = await month.accountant.http.get("/finance/days/export", params=span)
    demand(answer.content[:2] == b"PK", "the month can be taken out as a spreadsheet")
    month.say(
        f"月末　微信账户 {yuan(held)} 元，与总账一致；{len(orders)} 笔收款，{len(refunds)} 笔退款"
    )


async def _known_to_wechat(month: Month, what: str) -> list[dict[str, Any]]:
    answer = await month.accountant.wechat.get(f"/control/pay/{what}")
    return list(answer.json()["items"])


def _is_back(refund: dict[str, Any]) -> bool:
    return bool(refund["status"] == "SUCCESS")
