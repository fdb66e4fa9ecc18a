"""Parking at one glance."""

from tests.engines.gates.conftest import Park
from tests.engines.gates.conftest import noon as noon
from tests.engines.gates.conftest import park as park
from tests.engines.vehicles.conftest import PLATE
from tests.engines.vehicles.conftest import yard as yard
from tests.foundation.conftest import city as city


async def test_a_car_with_all_that_goes_with_it(park: Park) -> None:
    car = await park.yard.car()
    body = {"lot_id": park.lot["id"], "vehicle_id": car["id"], "months": 1}
    await park.pay(await park.call("owner", "/passes", body))
    await park.top_up(car["id"], 1000)
    await park.entrance.drive(PLATE)
    seen = await park.call("owner", "/overview")
    (own,) = seen["cars"]
    assert own["vehicle"]["plate"] == "鲁Q·12345"
    assert [one["status"] for one in own["passes"]] == ["active"]
    assert own["balance"]["balance"] == 1000
    assert (own["stay"]["phase"], own["stay"]["covered_by"]) == ("inside", "月卡")
    (lot,) = seen["lots"]
    assert (lot["occupancy"]["inside"], lot["visits"]["quota"]) == (1, 2)
    assert lot["dwelling_id"] == park.yard.city.home.id


async def test_nobody_sees_others_cars(park: Park) -> None:
    await park.yard.car()
    assert (await park.call("neighbour", "/overview"))["cars"] == []
    assert await park.call("other", "/overview") == {"cars": [], "lots": []}


async def test_how_full_it_is_where_one_works_or_lives(park: Park) -> None:
    await park.entrance.drive("沪AD12345")
    for who in ("guard", "owner"):
        (full,) = (await park.call(who, "/occupancy"))["items"]
        assert full == {"lot_id": park.lot["id"], "capacity": 3, "inside": 1, "free": 2}
    for who in ("stranger", "other"):
        assert (await park.call(who, "/occupancy"))["items"] == []
