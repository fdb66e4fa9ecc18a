"""Monthly passes: bought, prolonged, run out, ended; always as the money says."""

import asyncio
from typing import Any

from backend.core.database import rows
from backend.engines.passes import service
from backend.engines.passes.models import Pass
from backend.engines.payments import service as payments
from tests.engines.gates.conftest import Park
from tests.engines.vehicles.conftest import PLATE

DAY = 24 * 60


async def _buy(park: Park, car: Any, who: str = "owner", status: int = 201, **more: Any) -> Any:
    body = {"lot_id": park.lot["id"], "vehicle_id": car["id"], "months": 1}
    return await park.call(who, "/passes", body | more, status=status)


async def _mine(park: Park, who: str = "owner") -> Any:
    return (await park.call(who, "/passes/mine"))["items"][0]


async def _space(park: Park, number: str = "B1", **more: Any) -> int:
    body = {"numbers": [number], "kind": "rented"} | more
    made = await park.call("manager", f"/lots/{park.lot['id']}/spaces", body)
    return int(made["items"][0]["id"])


async def test_a_pass_counts_when_it_is_paid(park: Park) -> None:
    car = await park.yard.car()
    payment = await _buy(park, car, months=2)
    assert (payment["amount"], payment["purpose"]) == (30000, "parking_pass")
    assert (await _mine(park))["status"] == "pending"
    assert (await park.entrance.ask(PLATE))["reason"] == "temporary"
    await park.pay(payment)
    bought = await _mine(park)
    assert (bought["status"], bought["valid_until"]) == ("active", "2027-01-17T16:00:00Z")
    assert "停车月卡已生效" in await park.yard.inbox("owner")
    assert (await park.entrance.drive(PLATE))["reason"] == "pass"
    park.later(3 * DAY)
    assert (await park.exit.drive(PLATE))["reason"] == "pass"
    assert (await park.stays())[0]["fee"] == 0
    await park.check_books()


async def test_one_pass_per_plate_and_per_space(park: Park) -> None:
    car, other = await park.yard.car(), await park.yard.car("neighbour", "鲁Q54321")
    space = await _space(park)
    first = await _buy(park, car, space_id=space)
    assert (await _buy(park, car, status=409))["code"] == "conflict"
    taken = await _buy(park, other, "neighbour", 409, space_id=space)
    assert taken["code"] == "space_taken"
    await park.call(
        "owner", f"/passes/{(await _mine(park))['id']}/renew", {"months": 1}, status=409
    )
    await park.yard.call("owner", f"/payments/{first['id']}/close", {})
    await park.yard.work()
    assert (await park.call("owner", "/passes/mine"))["items"] == []
    await _buy(park, other, "neighbour", space_id=space)
    await _buy(park, car)


async def test_money_that_comes_late_still_counts_or_goes_back(park: Park) -> None:
    car, other = await park.yard.car(), await park.yard.car("neighbour", "鲁Q54321")
    space = await _space(park)
    late = await _buy(park, car, space_id=space)
    park.later(16)
    await payments.close_expired()
    await park.yard.work()
    await park.pay(await _buy(park, other, "neighbour", space_id=space))
    await park.pay(late)  # somebody else has the space
    found = await rows("SELECT payment_id, amount FROM refunds_refund")
    assert found == [{"payment_id": late["id"], "amount": 15000}]
    own = await _buy(park, car)
    park.later(16)
    await payments.close_expired()
    await park.yard.work()
    await park.pay(own)  # nobody is in the way
    assert (await _mine(park))["status"] == "active"
    await park.check_books()


async def test_a_renewal_prolongs(park: Park) -> None:
    car = await park.yard.car()
    await park.pay(await _buy(park, car))
    bought = await _mine(park)
    renew = f"/passes/{bought['id']}/renew"
    await park.call("neighbour", renew, {"months": 1}, status=404)
    for bad in (0, -1, 13, 1.5):
        await park.call("owner", renew, {"months": bad}, status=422)
    payment = await park.call("owner", renew, {"months": 3})
    assert (await park.call("owner", renew, {"months": 3}, status=409))["code"] == "term_open"
    await park.pay(payment)
    again = await _mine(park)
    assert (bought["valid_until"], again["valid_until"]) == (
        "2026-12-17T16:00:00Z",
        "2027-03-17T16:00:00Z",
    )
    assert [one["begins_at"] for one in again["terms"]] == [
        "2026-12-17T16:00:00Z",
        "2026-11-17T16:00:00Z",
    ]
    await park.pay(await park.call("owner", renew, {"months": 12}))
    await park.call("owner", renew, {"months": 12}, status=409)  # two years and no more


async def test_it_runs_out_with_reminders_and_keeps_its_space_a_while(park: Park) -> None:
    car, other = await park.yard.car(), await park.yard.car("neighbour", "鲁Q54321")
    space = await _space(park)
    await park.pay(await _buy(park, car, space_id=space))
    park.later(23.5 * DAY)
    for _ in range(2):
        await service.remind()
        await park.yard.work()
    assert (await park.yard.inbox("owner")).count("停车月卡快到期了") == 1
    park.later(6 * DAY)
    await service.remind()
    await service.expire()
    await park.yard.work()
    inbox = await park.yard.inbox("owner")
    assert "停车月卡已到期" in inbox
    assert (await _mine(park))["status"] == "expired"
    await _buy(park, other, "neighbour", 409, space_id=space)
    park.later(3 * DAY)
    await service.expire()
    await park.pay(await _buy(park, other, "neighbour", space_id=space))
    renew = f"/passes/{(await _mine(park))['id']}/renew"
    assert (await park.call("owner", renew, {"months": 1}, status=409))["code"] == "space_taken"


async def test_ending_gives_back_months_that_have_not_begun(park: Park) -> None:
    car = await park.yard.car()
    await park.pay(await _buy(park, car))
    pass_id = (await _mine(park))["id"]
    await park.pay(await park.call("owner", f"/passes/{pass_id}/renew", {"months": 2}))
    said = {"reason": "车辆已出售"}
    await park.call("owner", f"/passes/{pass_id}/end", said, status=403)
    await park.call("stranger", f"/passes/{pass_id}/end", said, status=404)
    done = await park.call("manager", f"/passes/{pass_id}/end", said)
    assert (done["status"], done["plate"]) == ("ended", "鲁Q***45")
    assert [one["status"] for one in done["terms"]] == ["returned", "paid"]
    assert await rows("SELECT amount FROM refunds_refund") == [{"amount": 30000}]
    assert (await park.entrance.ask(PLATE))["reason"] == "temporary"
    await park.yard.work()
    assert "停车月卡已停用" in await park.yard.inbox("owner")
    await park.check_books()


async def test_whose_cars_and_spaces(park: Park) -> None:
    car = await park.yard.car()
    await _buy(park, car, "neighbour", 404)
    await _buy(park, car, status=404, lot_id=2**62)
    visitors = await _space(park, "V1", kind="visitor")
    theirs = await _space(park, "O1", kind="owned", dwelling_id=park.yard.city.shop.id)
    own = await _space(
        park, "O2", kind="owned", dwelling_id=park.yard.city.home.id, month_price=3000
    )
    for space in (visitors, theirs, 2**62):
        await _buy(park, car, status=404, space_id=space)
    assert (await _buy(park, car, space_id=own))["amount"] == 3000
    await park.call("owner", "/passes", lot_id=park.lot["id"], status=403)
    await park.call("stranger", "/passes", lot_id=park.lot["id"], status=404)
    listed = await park.call("guard", "/passes", lot_id=park.lot["id"])
    assert listed["items"][0]["plate"] == "鲁Q***45"


async def _sixteen(park: Park, space: int) -> int:
    """Sixteen cars buy one space at once. Answers with how many got it."""
    cars = []
    for number in range(6):
        cars.append(("owner", await park.yard.car("owner", f"鲁Q3000{number}")))
    for number in range(6):
        cars.append(("neighbour", await park.yard.car("neighbour", f"鲁Q4000{number}")))
    body = {"lot_id": park.lot["id"], "months": 1, "space_id": space}

    async def one(who: str, car: Any) -> int:
        answer = await park.yard.client.post(
            "/api/v1/parking/passes",
            json=body | {"vehicle_id": car["id"]},
            headers=park.yard.headers[who],
        )
        assert answer.status_code in (201, 409), answer.text
        return answer.status_code

    return (await asyncio.gather(*(one(*each) for each in cars))).count(201)


async def test_of_many_at_once_one_gets_the_space(park: Park) -> None:
    assert await _sixteen(park, await _space(park)) == 1
    assert await Pass.filter(is_live=True).count() == 1


async def test_without_the_key_many_would(park: Park, monkeypatch: Any) -> None:
    """Negative control: asked first and held by nothing, the space goes more than once."""

    async def never(**_: Any) -> bool:
        return False

    real = Pass.create

    async def loose(**columns: Any) -> Any:
        return await real(**columns | {"is_live": None})

    monkeypatch.setattr(service, "_has_live", never)
    monkeypatch.setattr(Pass, "create", loose)
    assert await _sixteen(park, await _space(park)) > 1


async def test_who_left_leaves_no_plate(park: Park) -> None:
    car = await park.yard.car()
    await park.pay(await _buy(park, car))
    await service.forget(park.yard.ids["owner"])
    kept = await Pass.all()
    assert (kept[0].owner_id, kept[0].status) == (0, "ended")
    assert (await park.entrance.ask(PLATE))["reason"] == "temporary"
