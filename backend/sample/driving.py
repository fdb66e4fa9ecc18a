"""Parking in a month of money: signed gates, stays, passes, and a car's own balance."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.engines.gates.rules import Direction
from backend.sample.caller import Caller
from backend.sample.gate import barriers
from backend.sample.tour import demand
from backend.sample.wallet import Episode, Month, arrived, pay, yuan

SOME_TIME = timedelta(minutes=90)
"""Longer than parking is free."""
TOP_UP = 5_000
MOST_PER_STAY = 3_000


def _plate(number: int) -> str:
    """That of the month's day, from a place whose cars the sample city does not know."""
    return f"鲁RM{number:04d}"


async def _lot(caller: Caller) -> int:
    """The car park where they live, whose gates can be played."""
    return int((await caller.get("/parking/overview"))["lots"][0]["lot"]["id"])


async def _car(month: Month, caller: Caller, plate: str) -> dict[str, Any]:
    """A new car of the caller's, confirmed by the firm."""
    home = (await caller.rows("/me/dwellings"))[0]
    body = {"plate": plate, "dwelling_id": home["dwelling_id"]}
    car = await caller.post("/vehicles", body)
    seen = await month.manager.post(f"/vehicles/{car['id']}/confirm", {"version": car["version"]})
    demand(seen["status"] == "confirmed", "the firm confirms the car")
    return dict(car)


async def _stay(month: Month, plate: str) -> dict[str, Any]:
    """The car comes, stands there for some time and leaves. Answers with the exit's decision."""
    async with barriers(month.house.api) as gates:
        entered = await gates[Direction.IN].drive(plate)
        demand(entered["action"] == "open", f"the entrance opens, not {entered}")
        await month.house.pass_time(SOME_TIME)
        return await gates[Direction.OUT].drive(plate)


async def _pays_and_leaves(month: Month, number: int) -> None:
    """Asked for money at the exit, the driver pays through WeChat; then the barrier opens."""
    caller, plate = month.resident(number), _plate(number)
    due = await _stay(month, plate)
    demand(due["action"] == "pay" and due["amount"] > 0, f"the exit asks for money, not {due}")
    quote = await caller.post("/parking/quotes", {"lot_id": await _lot(caller), "plate": plate})
    payment = await caller.post("/parking/stays/pay", {"ticket": quote["ticket"]})
    demand(payment["amount"] == due["amount"], "phone and exit name the same amount")
    await pay(month, caller, payment)
    await arrived(month, caller, payment)
    async with barriers(month.house.api) as gates:
        left = await gates[Direction.OUT].drive(plate)
    demand(left["reason"] == "paid", f"who has paid leaves, not {left}")
    month.note(f"出场扫码缴停车费 {yuan(due['amount'])} 元，抬杆放行")


async def _gate_was_offline(month: Month, number: int) -> None:
    """The exit tells of a car before the entrance does, which then tells it twice: one stay, and
    its fee is owed once."""
    caller, plate = month.resident(number), _plate(number)
    car = await _car(month, caller, plate)
    async with barriers(month.house.api) as gates:
        since = clock.now() - SOME_TIME
        entry = gates[Direction.IN].saw("pass", plate, at=since, is_offline=True)
        await gates[Direction.OUT].passed(plate)
        outcomes = [
            (await gates[Direction.IN].send([entry])).raise_for_status().json()["results"][0]
            for _ in range(2)
        ]
    told = [one["outcome"] for one in outcomes]
    demand(told == ["accepted", "duplicate"], f"what is told twice counts once, not {told}")
    stay = await _only_stay(caller, car)
    demand(stay["phase"] == "left" and stay["owed"] == stay["fee"] > 0, f"its fee is owed: {stay}")
    payment = await caller.post("/parking/stays/pay", {"ticket": stay["ticket"]})
    await pay(month, caller, payment)
    await arrived(month, caller, payment)
    stay = await _only_stay(caller, car)
    demand(stay["paid"] == stay["fee"] and not stay["owed"], f"what is paid is not owed: {stay}")
    month.note("道闸断网：先报出场、后补报入场且报了两遍，停车费只记一次")


async def _only_stay(caller: Caller, car: dict[str, Any]) -> dict[str, Any]:
    seen = await caller.rows("/parking/stays/mine")
    found = [one for one in seen if one["plate"] == car["plate"]]
    demand(len(found) == 1, f"the car stayed once, not {found}")
    return found[0]


async def _buys_a_pass(month: Month, number: int) -> None:
    caller, plate = month.resident(number), _plate(number)
    body = {"lot_id": await _lot(caller), "vehicle_id": (await _car(month, caller, plate))["id"]}
    payment = await caller.post("/parking/passes", {**body, "months": 1})
    await pay(month, caller, payment)
    await arrived(month, caller, payment)
    left = await _stay(month, plate)
    demand(left["action"] == "open" and left["reason"] == "pass", f"a pass covers it, not {left}")
    month.note(f"购买月卡 {yuan(payment['amount'])} 元，凭卡进出")


async def _by_agreement(month: Month, number: int) -> None:
    """The car's balance is filled through WeChat; the exit takes the fee from it by itself."""
    caller, plate = month.resident(number), _plate(number)
    car = (await _car(month, caller, plate))["id"]
    top_up = {"lot_id": await _lot(caller), "amount": TOP_UP}
    payment = await caller.post(f"/parking/vehicles/{car}/top-up", top_up)
    await pay(month, caller, payment)
    await arrived(month, caller, payment)
    offer = await caller.get(f"/parking/vehicles/{car}/balance")
    said = {"vehicle_id": car, "is_agreed": True, "terms": offer["terms"]}
    await caller.post("/parking/agreements", {**said, "most_per_stay": MOST_PER_STAY})
    left = await _stay(month, plate)
    demand(left["reason"] == "agreement", f"the agreement pays, not {left}")
    seen = await caller.get(f"/parking/vehicles/{car}/balance")
    demand(seen["balance"] == TOP_UP - left["amount"] < TOP_UP, "the balance pays, once")
    month.note(f"无感出行：从预存余额扣停车费 {yuan(left['amount'])} 元")


EPISODES: tuple[Episode, ...] = (
    _pays_and_leaves,
    _gate_was_offline,
    _buys_a_pass,
    _by_agreement,
)
