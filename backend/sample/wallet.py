"""Who plays a month of money, and how they pay: what happens on its days is built from this."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from backend.sample.caller import Caller, eventually
from backend.sample.house import House
from backend.sample.tour import Say, demand

A_MOMENT = timedelta(minutes=6)
"""Within it a payment that WeChat told nobody of is found, and a refund goes a step further."""


@dataclass
class Month:
    """Who plays, and what has come of it so far. `income` is what was paid through WeChat, fen."""

    house: House
    say: Say
    manager: Caller
    accountant: Caller
    merchant: Caller
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


Episode = Callable[[Month, int], Awaitable[None]]
"""What a day brings; told the day's number."""


async def sheet(caller: Caller, payment: dict[str, Any], **how: Any) -> dict[str, Any]:
    """What the pay sheet of the phone ends with."""
    params = await caller.post(f"/payments/{payment['id']}/prepay")
    body = {"params": params, "openid": caller.openid, **how}
    answer = await caller.wechat.post("/control/pay/pay", json=body)
    found: dict[str, Any] = answer.json()
    return found


async def pay(month: Month, caller: Caller, payment: dict[str, Any], **how: Any) -> None:
    """Pay through WeChat, and see that it is booked."""
    said = await sheet(caller, payment, **how)
    demand(said["errMsg"] == "requestPayment:ok", f"the sheet ends well, not {said}")
    month.income += payment["amount"]


async def arrived(month: Month, caller: Caller, payment: dict[str, Any]) -> None:
    """WeChat's word comes by itself; with it everything that follows."""

    async def seen() -> Any:
        return (await caller.get(f"/payments/{payment['id']}"))["status"]

    await eventually(seen, lambda status: status == "paid")
    await month.house.settle()


async def gone_back(month: Month) -> None:
    """A refund is sent to WeChat in one moment, and has arrived in the next."""
    for _ in range(2):
        await month.house.pass_time(A_MOMENT)


def yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"
