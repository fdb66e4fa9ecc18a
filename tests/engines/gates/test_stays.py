"""Cars come, stay, pay and leave."""

import asyncio
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from backend.core import clock
from backend.core.database import rows
from backend.engines.ledgers import queries as ledgers
from backend.engines.lots import queries as lots
from backend.engines.payments import service as payments
from backend.engines.stays import service
from tests.engines.gates.conftest import Park, open_lot
from tests.engines.vehicles.conftest import PLATE

STRANGER = "沪AD12345"


async def test_half_an_hour_is_free(park: Park) -> None:
    assert (await park.park(STRANGER, 30))["reason"] == "free"
    stay = (await park.stays())[0]
    assert (stay["phase"], stay["fee"], stay["owed"], stay["plate"]) == ("left", 0, 0, "沪A****45")


async def test_paying_by_plate_before_leaving(park: Park) -> None:
    decision = await park.park(STRANGER, 61)
    assert (decision["action"], decision["amount"]) == ("pay", 600)
    body = {"lot_id": park.lot["id"], "plate": STRANGER}
    quote = await park.call("other", "/quotes", body)
    assert (quote["amount"], quote["minutes"]) == (600, 61)
    payment = await park.call("other", "/stays/pay", {"ticket": quote["ticket"]})
    assert (payment["amount"], payment["status"]) == (600, "unpaid")
    await park.pay(payment)
    assert "停车费已支付" in await park.yard.inbox("other")
    park.later(14)
    assert (await park.exit.drive(STRANGER))["reason"] == "paid"
    stay = (await park.stays())[0]
    assert (stay["phase"], stay["fee"], stay["paid"], stay["owed"]) == ("left", 600, 600, 0)
    firm = payment["payee_id"]
    assert await ledgers.balance(f"payee:{firm}") == 600
    await park.check_books()


async def test_who_stays_on_after_paying_pays_the_rest(park: Park) -> None:
    await park.park(STRANGER, 61)
    quote = await park.call("other", "/quotes", {"lot_id": park.lot["id"], "plate": STRANGER})
    await park.pay(await park.call("other", "/stays/pay", {"ticket": quote["ticket"]}))
    park.later(120)
    decision = await park.exit.ask(STRANGER)
    assert (decision["action"], decision["amount"]) == ("pay", 600)


async def test_paying_by_the_code_at_the_exit(park: Park) -> None:
    where = f"/gates/{park.exit.key}/quote"
    await park.call("other", where, status=404)
    await park.park(STRANGER, 61)
    assert (await park.call("other", where))["amount"] == 600
    await park.call("other", f"/gates/{park.entrance.key}/quote", status=404)
    park.later(6)
    await park.call("other", where, status=404)


async def test_tickets_cannot_be_made_up(park: Park) -> None:
    await park.park(STRANGER, 61)
    quote = await park.call("other", "/quotes", {"lot_id": park.lot["id"], "plate": STRANGER})
    number, expires, signature = quote["ticket"].split(".")
    for ticket in (
        f"{int(number) + 1}.{expires}.{signature}",
        f"{number}.{int(expires) + 60}.{signature}",
        f"{number}.{expires}.{'x' * 32}",
        "1.2.3.4.5.6.7",
        f"{'9' * 30}.{expires}.{signature}",
    ):
        answer = await park.call("other", "/stays/pay", {"ticket": ticket}, status=404)
        assert answer["code"] == "ticket_gone"
    park.later(11)
    await park.call("other", "/stays/pay", {"ticket": quote["ticket"]}, status=404)


async def _two_open(park: Park) -> list[Any]:
    """Two people begin to pay for the same stay: the second closes the first one's."""
    await park.park(STRANGER, 61)
    body = {"lot_id": park.lot["id"], "plate": STRANGER}
    found = []
    for who in ("other", "neighbour"):
        quote = await park.call(who, "/quotes", body)
        found.append(await park.call(who, "/stays/pay", {"ticket": quote["ticket"]}))
    return found


async def test_paid_twice_the_second_goes_back_by_itself(park: Park) -> None:
    first, second = await _two_open(park)
    await park.pay(second)
    park.later(1)
    await park.pay(first)  # the money was under way when it was closed
    stay = (await park.stays())[0]
    assert (stay["fee"], stay["paid"]) == (600, 600)
    refunds = await rows("SELECT payment_id, amount FROM refunds_refund")
    assert refunds == [{"payment_id": first["id"], "amount": 600}]
    await park.check_books()


async def test_the_same_person_gets_the_same_payment_again(park: Park) -> None:
    await park.park(STRANGER, 61)
    quote = await park.call("other", "/quotes", {"lot_id": park.lot["id"], "plate": STRANGER})
    one = await park.call("other", "/stays/pay", {"ticket": quote["ticket"]})
    two = await park.call("other", "/stays/pay", {"ticket": quote["ticket"]})
    assert one["id"] == two["id"]
    await park.pay(one)
    again = await park.call("other", "/stays/pay", {"ticket": quote["ticket"]}, status=409)
    assert again["code"] == "nothing_due"


async def test_an_expired_payment_lets_another_begin(park: Park) -> None:
    await park.park(STRANGER, 61)
    body = {"lot_id": park.lot["id"], "plate": STRANGER}
    quote = await park.call("other", "/quotes", body)
    one = await park.call("other", "/stays/pay", {"ticket": quote["ticket"]})
    park.later(6)
    await payments.close_expired()
    await park.yard.work()
    quote = await park.call("other", "/quotes", body)
    two = await park.call("other", "/stays/pay", {"ticket": quote["ticket"]})
    assert one["id"] != two["id"]


async def test_a_standing_agreement_opens_the_barrier(park: Park) -> None:
    car = await park.yard.car()
    await park.agree(car["id"])
    await park.top_up(car["id"], 1000)
    decision = await park.park(PLATE, 61)
    assert (decision["action"], decision["reason"], decision["amount"]) == (
        "open",
        "agreement",
        600,
    )
    await park.yard.work()
    assert "停车费已自动扣款" in await park.yard.inbox("owner")
    balance = await park.call("owner", f"/vehicles/{car['id']}/balance")
    assert (balance["balance"], balance["agreement"]["is_mine"]) == (400, True)
    statement = await park.call("owner", f"/vehicles/{car['id']}/statement")
    assert [one["amount"] for one in statement["items"]] == [-600, 1000]
    stay = (await park.call("owner", "/stays/mine"))["items"][0]
    assert (stay["plate"], stay["paid"], stay["owed"]) == ("鲁Q·12345", 600, 0)
    await park.check_books()


@pytest.mark.parametrize("why", ["balance", "limit", "revoked", "none"])
async def test_where_the_agreement_does_not_reach_it_is_asked_for(park: Park, why: str) -> None:
    car = await park.yard.car()
    if why != "none":
        await park.agree(car["id"], most_per_stay=500 if why == "limit" else 5000)
    if why != "balance":
        await park.top_up(car["id"], 2000)
    if why == "revoked":
        await park.call("owner", f"/vehicles/{car['id']}/revoke", {})
        await park.call("owner", f"/vehicles/{car['id']}/revoke", {}, status=409)
    decision = await park.park(PLATE, 61)
    assert (decision["action"], decision["amount"]) == ("pay", 600)
    await park.check_books()


async def test_consent_is_said_not_assumed(park: Park) -> None:
    car = await park.yard.car()
    said = {"vehicle_id": car["id"], "most_per_stay": 5000, "terms": "2026-11"}
    await park.call("owner", "/agreements", said, status=422)
    await park.call("owner", "/agreements", said | {"is_agreed": False}, status=422)
    old = said | {"is_agreed": True, "terms": "2020-01"}
    await park.call("owner", "/agreements", old, status=422)
    await park.call("neighbour", "/agreements", said | {"is_agreed": True}, status=404)
    await park.agree(car["id"])
    await park.call("owner", "/agreements", said | {"is_agreed": True}, status=409)
    for path in ("balance", "statement"):
        await park.call("neighbour", f"/vehicles/{car['id']}/{path}", status=404)
    await park.call("neighbour", f"/vehicles/{car['id']}/revoke", {}, status=404)
    wrong = {"lot_id": park.lot["id"], "amount": -5}
    for amount in (-5, 0, 10**9, 1.5):
        body = wrong | {"amount": amount}
        await park.call("owner", f"/vehicles/{car['id']}/top-up", body, status=422)


async def test_full_and_strangers(park: Park) -> None:
    for number in range(3):
        await park.entrance.drive(f"沪A1000{number}")
    assert (await park.entrance.ask(STRANGER))["reason"] == "full"
    change = {"takes_strangers": False, "capacity": 9}
    await park.call("manager", f"/lots/{park.lot['id']}", change, method="PATCH")
    assert (await park.entrance.ask(STRANGER))["reason"] == "strangers"


async def test_an_exit_without_an_entry_is_a_guards_matter(park: Park) -> None:
    assert (await park.exit.ask(STRANGER))["reason"] == "no_entry"
    await park.exit.passed(STRANGER)
    stay = (await park.stays())[0]
    assert (stay["phase"], stay["fee"]) == ("unmatched", 0)


async def test_a_wrong_reading_is_put_right_and_the_fee_follows(park: Park) -> None:
    """The exit was read right, the entry wrong: one car inside for ever, one that never came."""
    await park.entrance.drive("鲁Q12346")
    park.later(61)
    await park.exit.passed(PLATE)
    assert sorted(one["phase"] for one in await park.stays()) == ["inside", "unmatched"]
    log = await park.call("guard", "/events", lot_id=park.lot["id"], kind="pass")
    entry = log["items"][-1]
    fixed = {"plate": PLATE, "reason": "6 应为 5"}
    await park.call("stranger", f"/events/{entry['id']}/correct", fixed, status=404)
    done = await park.call("guard", f"/events/{entry['id']}/correct", fixed)
    assert (done["plate"], done["corrections"]) == ("鲁Q***45", 1)
    stay = (await park.stays())[0]
    assert len(await park.stays()) == 1
    assert (stay["phase"], stay["fee"], stay["owed"]) == ("left", 600, 600)
    history = await park.call("manager", f"/events/{entry['id']}/corrections")
    assert history["items"][0]["plate"] == "鲁Q***46"
    await park.call("guard", f"/events/{entry['id']}/correct", fixed, status=409)


async def test_what_was_charged_too_much_goes_back(park: Park) -> None:
    """A car pays for ten hours; then the exit's offline log says it had left after one."""
    car = await park.yard.car()
    await park.agree(car["id"])
    await park.top_up(car["id"], 5000)
    await park.entrance.drive(PLATE)
    entered = clock.now()
    park.later(600)
    assert (await park.exit.drive(PLATE))["amount"] == 2000
    late = park.exit.saw("pass", PLATE, entered + timedelta(minutes=61), is_offline=True)
    again = park.entrance.saw("pass", PLATE, entered + timedelta(minutes=540), is_offline=True)
    await park.exit.send([late])
    await park.entrance.send([again])
    await park.yard.work()
    found = sorted(await park.stays(), key=lambda one: one["entered_at"])
    assert [(one["phase"], one["fee"], one["owed"]) for one in found] == [
        ("left", 600, 0),
        ("left", 300, 0),
    ]
    left = await park.call("owner", f"/vehicles/{car['id']}/balance")
    assert left["balance"] == 5000 - 900
    await park.check_books()


async def test_offline_batches_in_any_order_make_the_same_stays(park: Park) -> None:
    """Every permutation of the same events, sent twice, ends with the same rows."""
    begin, ends = clock.now(), []
    told = [
        (park.entrance, 0), (park.exit, 50), (park.entrance, 100), (park.exit, 300),
        (park.entrance, 310), (park.entrance, 400), (park.exit, 500),
    ]  # fmt: skip
    park.later(600)
    for round_, seed in enumerate(range(4)):
        plate = f"鲁Q2000{round_}"
        events = [
            (gate, gate.saw("pass", plate, begin + timedelta(minutes=at), is_offline=True))
            for gate, at in told
        ]
        mixed = [*events, *events]
        Random(seed).shuffle(mixed)
        for gate, one in mixed:
            assert (await gate.send([one])).status_code == 200
        seen = await park.stays(plate=plate)
        ends.append(
            sorted((one["phase"], one["entered_at"], one["left_at"], one["fee"]) for one in seen)
        )
    assert all(one == ends[0] for one in ends)
    assert [one[0] for one in ends[0]] == ["left", "left", "left", "lost"]


async def test_sixteen_gates_at_once_derive_one_truth(park: Park) -> None:
    """Events of one plate arrive in parallel: none is missed in deriving."""
    begin = clock.now()
    park.later(2000)
    events = [
        (
            gate,
            gate.saw(
                "pass", PLATE, begin + timedelta(minutes=100 * step + offset), is_offline=True
            ),
        )
        for step in range(8)
        for gate, offset in ((park.entrance, 0), (park.exit, 61))
    ]
    answers = await asyncio.gather(*(gate.send([one]) for gate, one in events))
    assert {one.status_code for one in answers} == {200}
    assert [one["phase"] for one in await park.stays()] == ["left"] * 8


async def test_arrears_are_paid_later_or_waived(park: Park) -> None:
    await park.yard.car()
    await park.entrance.drive(PLATE)
    park.later(61)
    await park.exit.passed(PLATE)  # the barrier stood open
    mine = (await park.call("owner", "/stays/mine"))["items"][0]
    assert (mine["owed"], bool(mine["ticket"])) == (600, True)
    owed = await park.stays(is_owed="true")
    assert len(owed) == 1
    waive = f"/stays/{owed[0]['id']}/waive"
    await park.call("guard", waive, {"reason": "道闸故障"}, status=403)
    await park.call("stranger", waive, {"reason": "道闸故障"}, status=404)
    await park.call("manager", waive, {"reason": "道闸故障"})
    await park.call("manager", waive, {"reason": "道闸故障"}, status=409)
    assert (await park.call("owner", "/stays/mine"))["items"][0]["owed"] == 0


async def test_arrears_paid_by_the_phone(park: Park) -> None:
    await park.yard.car()
    await park.entrance.drive(PLATE)
    park.later(61)
    await park.exit.passed(PLATE)
    park.later(60 * 24)
    mine = (await park.call("owner", "/stays/mine"))["items"][0]
    assert mine["owed"] == 600
    await park.pay(await park.call("owner", "/stays/pay", {"ticket": mine["ticket"]}))
    assert (await park.call("owner", "/stays/mine"))["items"][0]["owed"] == 0
    await park.check_books()


async def test_plates_are_masked_and_revealed_with_a_purpose(park: Park) -> None:
    await park.entrance.drive(STRANGER)
    stay = (await park.stays())[0]
    said = {"purpose": "核对逃费车辆"}
    await park.call("stranger", f"/stays/{stay['id']}/reveal", said, status=404)
    assert (await park.call("guard", f"/stays/{stay['id']}/reveal", said))["plate"] == "沪A·D12345"
    dump = str(await rows("SELECT * FROM stays_stay")) + str(
        await rows("SELECT * FROM gates_event")
    )
    assert "12345" not in dump


async def test_occupancy_is_counted_and_told_live(park: Park, monkeypatch: Any) -> None:
    told: list[Any] = []
    monkeypatch.setattr(service.live, "publish", lambda *a, **k: told.append((a, k)))
    await park.entrance.drive(STRANGER)
    lot = await lots.get(park.lot["id"])
    assert told[-1][1]["to"] == {"watch": f"lot:{lot.id}"}
    assert told[-1][1]["body"] == {
        "type": "lot", "lot_id": lot.id, "capacity": 3, "inside": 1, "free": 2,
    }  # fmt: skip


async def test_a_changed_tariff_is_not_for_who_is_inside(park: Park) -> None:
    await park.entrance.drive(STRANGER)
    dear = {"free_minutes": 0, "step_minutes": 60, "step_price": 9000}
    change = {"tariff": dear}
    await park.call("manager", f"/lots/{park.lot['id']}", change, method="PATCH")
    park.later(61)
    assert (await park.exit.ask(STRANGER))["amount"] == 600


async def test_car_parks_are_their_managers(park: Park) -> None:
    lot = park.lot["id"]
    change = {"capacity": 9}
    await park.call("guard", f"/lots/{lot}", change, method="PATCH", status=403)
    await park.call("stranger", f"/lots/{lot}", change, method="PATCH", status=404)
    stale = change | {"version": 9}
    await park.call("manager", f"/lots/{lot}", stale, method="PATCH", status=409)
    for bad in ({"capacity": 0}, {"capacity": -1}, {"month_price": 10**9}, {"name": ""}):
        await park.call("manager", f"/lots/{lot}", bad, method="PATCH", status=422)
    with pytest.raises(AssertionError, match="409"):
        await open_lot(park.yard)
    spaces = {"numbers": ["B1-001", "B1-002"], "kind": "rented"}
    await park.call("manager", f"/lots/{lot}/spaces", spaces)
    await park.call("manager", f"/lots/{lot}/spaces", spaces, status=409)
    owned = {"numbers": ["A1"], "kind": "owned"}
    await park.call("manager", f"/lots/{lot}/spaces", owned, status=422)
    far = owned | {"dwelling_id": park.yard.city.far_home.id}
    await park.call("manager", f"/lots/{lot}/spaces", far, status=422)
