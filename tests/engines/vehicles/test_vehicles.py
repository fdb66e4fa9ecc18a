"""Vehicles through the API: claimed, confirmed, shared, coded, ended."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core import clock, crypto, sealing
from backend.core.database import rows
from backend.engines.vehicles import queries, service
from backend.engines.vehicles.models import Vehicle
from tests.conftest import KEYS
from tests.engines.vehicles.conftest import PLATE, Yard


async def _claim(yard: Yard, who: str, status: int = 201, **body: Any) -> Any:
    said = {"plate": PLATE, "dwelling_id": yard.city.home.id} | body
    return await yard.call(who, "/vehicles", said, status=status)


async def test_a_car_is_claimed_and_confirmed(yard: Yard) -> None:
    made = await _claim(yard, "owner", plate="鲁ｑ·12345", description="白色轿车")
    assert (made["plate"], made["status"], made["is_owner"]) == ("鲁Q·12345", "pending", True)
    await yard.work()
    assert "有居民登记车辆" in await yard.inbox("guard") + await yard.inbox("manager")
    seen = (await yard.call("manager", "/vehicles"))["items"][0]
    assert (seen["plate"], seen["contacts"]) == ("鲁Q***45", [])
    assert await queries.by_plate(PLATE) is None
    done = await yard.call("manager", f"/vehicles/{made['id']}/confirm", {"version": 1})
    assert done["status"] == "confirmed"
    known = await queries.by_plate(PLATE)
    assert known is not None
    assert known.id == made["id"]
    await yard.work()
    assert "车辆登记已通过" in await yard.inbox("owner")
    assert await yard.call("manager", "/vehicles", plate=PLATE, status=200) is not None


async def test_bad_input(yard: Yard) -> None:
    await _claim(yard, "owner", 422, plate="鲁Q1234O")
    await _claim(yard, "owner", 422, plate="x" * 21)
    await _claim(yard, "owner", 404, dwelling_id=yard.city.far_home.id)
    await _claim(yard, "owner", 404, dwelling_id=2**62)
    await _claim(yard, "owner", 422, owner_id=1)
    await _claim(yard, "owner")
    await _claim(yard, "owner", 409)


async def test_claiming_does_not_tell_whether_a_plate_is_known(yard: Yard) -> None:
    """The same answer for a plate that somebody has and for one nobody has."""
    await yard.car("owner")
    home = yard.city.shop.id
    known = await _claim(yard, "neighbour", dwelling_id=home)
    fresh = await _claim(yard, "neighbour", plate="鲁Q54321", dwelling_id=home)
    different = {"id", "plate", "created_at"}
    assert {k: v for k, v in known.items() if k not in different} == {
        k: v for k, v in fresh.items() if k not in different
    }
    # It is the staff who learn of it.
    answer = await yard.call("manager", f"/vehicles/{known['id']}/confirm", {}, status=409)
    assert "另一户" in answer["detail"]


async def test_only_the_staff_of_the_place_decide(yard: Yard) -> None:
    made = await _claim(yard, "owner")
    for who, status in (("owner", 403), ("neighbour", 403), ("stranger", 404)):
        await yard.call(who, f"/vehicles/{made['id']}/confirm", {}, status=status)
    for path in ("code", "invite", "leave"):
        await yard.call("neighbour", f"/vehicles/{made['id']}/{path}", {}, status=404)
    await yard.call("neighbour", f"/vehicles/{made['id']}/end", {}, status=404)
    said = {"reason": "与行驶证不符"}
    done = await yard.call("secretary", f"/vehicles/{made['id']}/refuse", said)
    assert (done["status"], done["moves"]) == ("refused", [])
    await yard.work()
    assert "车辆登记未通过" in await yard.inbox("owner")
    await _claim(yard, "owner")  # said again, for a refusal is not for ever


async def test_who_works_where_they_live_does_not_confirm_themselves(yard: Yard) -> None:
    """A manager's own car is confirmed by a colleague."""
    made = await _claim(yard, "owner")
    await Vehicle.filter(id=made["id"]).update(owner_id=yard.ids["manager"])
    await yard.call("manager", f"/vehicles/{made['id']}/confirm", {}, status=403)
    await yard.call("guard", f"/vehicles/{made['id']}/confirm", {})


async def test_contacts_join_by_invitation_once(yard: Yard) -> None:
    car = await yard.car()
    code = (await yard.call("owner", f"/vehicles/{car['id']}/invite", {}))["code"]
    joined = await yard.call("family", "/vehicles/join", {"code": code})
    assert [one["rank"] for one in joined["contacts"]] == [1, 2]
    assert joined["contacts"][1]["is_me"]
    await yard.call("neighbour", "/vehicles/join", {"code": code}, status=404)
    assert await queries.contacts(car["id"]) == [yard.ids["owner"], yard.ids["family"]]
    order = {"user_ids": [yard.ids["family"], yard.ids["owner"]]}
    path = f"/vehicles/{car['id']}/contacts"
    await yard.call("family", path, order, method="PUT", status=404)
    await yard.call("owner", path, order, method="PUT")
    assert await queries.contacts(car["id"]) == order["user_ids"]
    strangers = {"user_ids": [yard.ids["owner"], yard.ids["neighbour"]]}
    await yard.call("owner", path, strangers, method="PUT", status=422)
    await yard.call("owner", path, {"user_ids": [yard.ids["family"]]}, method="PUT", status=422)
    await yard.call("owner", f"/vehicles/{car['id']}/leave", {}, status=409)
    await yard.call("family", f"/vehicles/{car['id']}/leave", {})
    assert await queries.contacts(car["id"]) == [yard.ids["owner"]]


async def test_an_old_invitation_is_worth_nothing(yard: Yard) -> None:
    car = await yard.car()
    code = (await yard.call("owner", f"/vehicles/{car['id']}/invite", {}))["code"]
    await Vehicle.filter(id=car["id"]).update(invite_until=clock.now())
    await yard.call("family", "/vehicles/join", {"code": code}, status=404)


async def test_the_windscreen_code_shows_neither_plate_nor_phone(yard: Yard) -> None:
    car = await yard.car()
    await yard.call("owner", f"/vehicles/{car['id']}/card", status=404)
    assert (await yard.call("owner", f"/vehicles/{car['id']}/code", {}))["has_code"]
    token = (await rows("SELECT token FROM codes_code WHERE kind = 'vehicle'"))[0]["token"]
    landing = await yard.call("neighbour", "/codes/scan", {"scene": token})
    assert (landing["kind"], landing["label"]) == ("vehicle", "挪车码")
    card = await yard.call("owner", f"/vehicles/{car['id']}/card")
    assert card.content.startswith(b"%PDF")
    await yard.call("neighbour", f"/vehicles/{car['id']}/card", status=404)
    await yard.call("owner", f"/vehicles/{car['id']}/code", {})
    await yard.call("neighbour", "/codes/scan", {"scene": token}, status=404)
    body = {"area_id": yard.city.compound.id, "kind": "vehicle"}
    await yard.call("manager", "/codes", body, status=422)


async def test_ending_frees_the_plate_and_the_code(yard: Yard) -> None:
    car = await yard.car()
    await yard.call("owner", f"/vehicles/{car['id']}/code", {})
    done = await yard.call("owner", f"/vehicles/{car['id']}/end", {})
    assert (done["status"], done["has_code"]) == ("ended", False)
    assert await queries.by_plate(PLATE) is None
    assert (
        await rows("SELECT id FROM codes_code WHERE kind = 'vehicle' AND retired_at IS NULL") == []
    )
    await yard.call("owner", f"/vehicles/{car['id']}/end", {}, status=409)
    again = await yard.car("neighbour")
    assert again["status"] == "confirmed"


async def test_leaving_the_dwelling_ends_its_cars(yard: Yard) -> None:
    await yard.car()
    mine = (await yard.call("owner", "/me/dwellings"))["items"][0]
    await yard.call("owner", f"/residents/bindings/{mine['binding_id']}/end", {})
    await yard.work()
    assert (await yard.call("owner", "/vehicles/mine"))["items"][0]["status"] == "ended"


async def test_who_leaves_altogether_leaves_no_plate(yard: Yard) -> None:
    await yard.car()
    about = await queries.about(yard.ids["owner"])
    assert about["车辆"][0]["车牌"] == PLATE
    await service.forget(yard.ids["owner"])
    assert await rows("SELECT id FROM vehicles_vehicle") == []
    assert await rows("SELECT id FROM vehicles_contact") == []


async def test_what_ended_long_ago_is_forgotten(yard: Yard) -> None:
    ended, refused = (
        await yard.car(),
        await _claim(yard, "neighbour", dwelling_id=yard.city.shop.id),
    )
    await yard.call("owner", f"/vehicles/{ended['id']}/end", {})
    await yard.call("manager", f"/vehicles/{refused['id']}/refuse", {"reason": "与行驶证不符"})
    kept = await yard.car("owner", "鲁Q54321")
    await service.forget_ended()
    assert await Vehicle.all().count() == 3
    long_ago = clock.now() - timedelta(days=401)
    await Vehicle.filter(ended_at__not_isnull=True).update(ended_at=long_ago)
    await Vehicle.all().update(decided_at=long_ago)
    await service.forget_ended()
    assert [one.id for one in await Vehicle.all()] == [kept["id"]]


async def test_keys_are_rotated(yard: Yard) -> None:
    car = await yard.car()
    new = crypto.new_key("new")
    crypto.configure(f"{new},{KEYS}")
    assert (await queries.by_plate(PLATE)) is not None
    assert await sealing.seal_anew() >= 1
    assert await sealing.seal_anew() == 0
    known = await queries.by_plate(PLATE)
    assert known is not None
    assert known.id == car["id"]


@pytest.mark.parametrize("limit", [6])
async def test_so_many_and_no_more(yard: Yard, limit: int) -> None:
    for number in range(limit):
        await _claim(yard, "owner", plate=f"鲁Q1000{number}")
    await _claim(yard, "owner", 409, plate="鲁Q20000")
