"""Asked for, decided, licensed, staffed, open or not."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.foundation.areas.events import AreaMoved
from backend.foundation.areas.models import Level
from tests.engines.shops.conftest import API, Market
from tests.foundation.conftest import plant


async def test_a_shop_is_asked_for_approved_and_then_seen(town: Market) -> None:
    shop = await town.asked()
    assert (shop["status"], shop["my_role"], shop["moves"]) == ("applied", "owner", ["close"])
    assert len(shop["licences"]) == 2
    await town.call("ann", f"/shops/{shop['id']}", status=404)
    assert (await town.call("ann", "/shops", area_id=town.city.unit.id))["items"] == []
    await town.work()
    assert await town.inbox("secretary") == ["有商户申请入驻"]
    waiting = await town.call("secretary", "/shops/review")
    assert [one["id"] for one in waiting["items"]] == [shop["id"]]
    assert (await town.call("far_secretary", "/shops/review"))["items"] == []

    approved = await town.call("secretary", f"/shops/{shop['id']}/approve", {})
    assert (approved["status"], approved["takes_orders"]) == ("open", True)
    await town.work()
    assert "商户入驻已通过" in await town.inbox("owner")
    found = (await town.call("ann", "/shops", area_id=town.city.unit.id))["items"]
    assert [(one["name"], one["is_open"], one["opening"]) for one in found] == [
        ("老王面馆", True, "营业至 21:00")
    ]
    seen = await town.call("ann", f"/shops/{shop['id']}")
    assert (seen["licences"], seen["licensed_until"], seen["moves"]) == ([], None, [])
    # its community only: the other one does not see it in its list
    assert (await town.call("ann", "/shops", area_id=town.city.autumn.id))["items"] == []


async def test_refused_mended_and_sent_again(town: Market) -> None:
    shop = await town.asked()
    path = f"/shops/{shop['id']}"
    refused = await town.call("secretary", f"{path}/refuse", {"reason": "照片看不清"})
    assert (refused["status"], refused["reason"]) == ("refused", "照片看不清")
    await town.call("owner", path, {"place": "锦绣花园西门"}, method="PATCH")
    assert (await town.call("owner", f"{path}/apply", {}))["status"] == "applied"
    assert (await town.call("secretary", f"{path}/approve", {}))["place"] == "锦绣花园西门"
    await town.call("owner", path, {"name": "别的店"}, method="PATCH", status=409)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "x"}, "name"),
        ({"phone": "叫老王"}, "phone"),
        ({"licences": []}, "licences"),
        ({"latitude": 35.0}, ""),
        ({"hours": {"week": [[["09:00", "08:00"]]] * 7}}, "week"),
        ({"hours": {"week": [[["08:00", "12:00"], ["11:00", "13:00"]]] * 7}}, "week"),
        ({"hours": {"week": []}}, "week"),
        ({"status": "open"}, "status"),
    ],
)
async def test_bad_registrations(town: Market, given: dict[str, Any], field: str) -> None:
    body = {
        "name": "老王面馆",
        "kind": "service",
        "area_id": town.city.spring.id,
        "place": "东门",
        "phone": "0539-2233445",
        "licences": await town.papers("owner", "business"),
    }
    answer = await town.call("owner", "/shops", body | given, status=422)
    assert field in str(answer)


async def test_the_right_licences_in_force_and_ones_own_files(town: Market) -> None:
    missing = {"kind": "pharmacy", "licences": await town.papers("owner", "business")}
    with pytest.raises(AssertionError, match="药品经营许可证"):
        await town.asked(**missing)
    old = await town.papers("owner", "business", "food", days=-1)
    with pytest.raises(AssertionError, match="过期"):
        await town.asked(licences=old)
    foreign = await town.papers("rival", "business", "food")
    with pytest.raises(AssertionError, match="没有找到上传的文件"):
        await town.asked(licences=foreign)


async def test_who_decides(town: Market) -> None:
    path = f"/shops/{(await town.asked())['id']}"
    for who, status in (("ann", 403), ("worker", 403), ("far_secretary", 404)):
        await town.call(who, f"{path}/approve", {}, status=status)
    await town.call("street", f"{path}/approve", {})
    await town.call("street", f"{path}/approve", {}, status=409)


async def test_nobody_decides_about_their_own_shop(town: Market) -> None:
    shop = await town.asked("secretary")
    await town.call("secretary", f"/shops/{shop['id']}/approve", {}, status=403)
    await town.call("street", f"/shops/{shop['id']}/approve", {})


async def test_a_suspended_shop_takes_no_orders(market: Market) -> None:
    await market.put("ann", market.noodles)
    path = f"/shops/{market.shop}"
    await market.call("secretary", f"{path}/suspend", {"reason": "卫生检查不合格"})
    await market.call("ann", path, status=404)
    body = {"shop_id": market.shop, "expected": 1800}
    await market.call("ann", "/cart/checkout", body, status=404)
    await market.call("secretary", f"{path}/reinstate", {})
    assert (await market.buy())["status"] == "paid"


async def test_hours_exceptions_and_pauses(market: Market, frozen: time_machine.Traveller) -> None:
    path = f"/shops/{market.shop}"
    week = [[["09:00", "13:00"], ["17:00", "21:00"]]] * 6 + [[]]
    today = str(clock.today())
    await market.call("owner", f"{path}/hours", {"week": week}, method="PUT")
    assert (await market.call("ann", path))["is_open"] is True
    shut = {"week": week, "exceptions": {today: []}}
    await market.call("owner", f"{path}/hours", shut, method="PUT")
    seen = await market.call("ann", path)
    assert (seen["is_open"], seen["opening"]) == (False, "明天 09:00 开门")
    await market.put("ann", market.noodles)
    refused = await market.buy("ann", status=409)
    assert refused["code"] == "cannot_buy"
    await market.call("owner", f"{path}/hours", {"week": week}, method="PUT")
    until = (clock.now() + timedelta(hours=2)).isoformat()
    assert not (await market.call("owner", f"{path}/pause", {"until": until}))["is_open"]
    frozen.shift(timedelta(hours=5, minutes=30))
    assert (await market.call("ann", path))["is_open"] is True
    far = (clock.now() + timedelta(days=90)).isoformat()
    await market.call("owner", f"{path}/pause", {"until": far}, status=422)
    await market.call("ann", f"{path}/pause", {"until": until}, status=404)


async def test_a_licence_that_ran_out_stops_orders_by_itself(
    market: Market, frozen: time_machine.Traveller
) -> None:
    papers = await market.papers("owner", "business", "food", days=20)
    shop = (await market.trading(name="小店", licences=papers))["id"]
    good = (await market.good(shop=shop))["id"]
    await market.tick()
    assert (await market.inbox("owner")).count("证照快到期了") == 2
    frozen.shift(timedelta(hours=7))
    await market.tick()
    assert (await market.inbox("owner")).count("证照快到期了") == 2
    frozen.shift(timedelta(days=14))
    await market.tick()
    assert (await market.inbox("owner")).count("证照快到期了") == 4

    frozen.shift(timedelta(days=7))
    await market.put("ann", good)
    body = {"shop_id": shop, "expected": 1800}
    assert (await market.call("ann", "/cart/checkout", body, status=409))["code"] == "cannot_buy"
    fresh = await market.papers("owner", "business", "food")
    for paper in fresh:
        sent = await market.call("owner", f"/shops/{shop}/licences", paper, status=201)
    assert not sent["takes_orders"]
    for paper in [one for one in sent["licences"] if one["state"] == "sent"]:
        path = f"/shops/{shop}/licences/{paper['id']}/confirm"
        await market.call("far_secretary", path, {}, status=404)
        seen = await market.call("secretary", path, {})
        await market.call("secretary", path, {}, status=409)
    assert seen["takes_orders"]
    await market.call("ann", "/cart/checkout", body, status=201)


async def test_staff_come_by_invitation_once(market: Market, frozen: Any) -> None:
    path = f"/shops/{market.shop}"
    made = await market.call("owner", f"{path}/invitations", {}, status=201)
    mine = await market.call("clerk", "/shops/join", {"code": made["code"].lower()})
    assert [(one["id"], one["role"]) for one in mine["items"]] == [(market.shop, "clerk")]
    assert await market.call("rival", "/shops/join", made | {"expires_at": 0}, status=422)
    used = await market.call("rival", "/shops/join", {"code": made["code"]}, status=409)
    assert used["code"] == "bad_invitation"
    assert made["code"] not in str(await rows("SELECT * FROM shops_invitation"))
    assert (await market.call("clerk", "/me"))["sides"] == ["merchant"]
    assert (await market.call("ann", "/me"))["sides"] == []

    await market.good("clerk", name="小菜", price=300)
    await market.call("clerk", f"{path}/invitations", {}, status=403)
    await market.call("clerk", path, {"about": "x"}, method="PATCH", status=403)
    await market.call("rival", f"{path}/staff", status=404)
    staff = (await market.call("clerk", f"{path}/staff"))["items"]
    assert [one["role"] for one in staff] == ["owner", "clerk"]
    owner = f"{path}/staff/{market.ids['owner']}"
    await market.call("owner", owner, method="DELETE", status=409)
    await market.call("clerk", owner, method="DELETE", status=403)
    await market.call("owner", f"{path}/staff/{market.ids['clerk']}", method="DELETE")
    await market.call("clerk", f"{path}/staff", status=404)

    late = await market.call("owner", f"{path}/invitations", {}, status=201)
    frozen.shift(timedelta(days=4))
    await market.call("clerk", "/shops/join", {"code": late["code"]}, status=409)


async def test_when_the_last_owner_leaves_the_shop_closes(market: Market) -> None:
    answer = await market.client.post(
        f"{API}/me/erase", json={"confirm": "注销"}, headers=market.headers["owner"]
    )
    assert answer.is_success
    await market.work()
    found = await rows("SELECT status, applied_by FROM shops_shop")
    assert found == [{"status": "closed", "applied_by": None}]


async def test_wider_reach_is_seen_farther(market: Market) -> None:
    await market.call("owner", f"/shops/{market.shop}", {"reach": "street"}, method="PATCH")
    seen = await market.call("ann", "/shops", area_id=market.city.autumn.id, kind="restaurant")
    assert [one["id"] for one in seen["items"]] == [market.shop]
    for query in ({"kind": "pharmacy"}, {"q": "没有的店"}):
        found = await market.call("ann", "/shops", area_id=market.city.autumn.id, **query)
        assert found["items"] == []


async def test_a_shop_follows_its_community_into_another_street(market: Market) -> None:
    city = market.city
    await market.buy("ann")
    other = await plant(city.county, Level.STREET, "临水街道")
    await market.call("owner", f"/shops/{market.shop}", {"reach": "street"}, method="PATCH")
    old, new = city.spring.path or "", f"{other.path}{city.spring.id}/"
    async with transaction():
        await emit(AreaMoved(city.spring.id, old, new, market.ids["office"]))
    await market.work()
    (shop,) = await rows("SELECT area_path, serves_path FROM shops_shop")
    assert shop == {"area_path": new, "serves_path": other.path}
    assert await rows("SELECT area_path FROM purchases_purchase") == [{"area_path": new}]
