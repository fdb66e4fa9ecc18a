"""Awards: within their limits, once for a deed, and what looks wrong waits for a person."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core.errors import KeyReused, NotFound
from backend.engines.awards import service as awards
from backend.engines.awards.models import Award
from backend.engines.awards.rules import Why, allowed
from tests.engines.points.conftest import Bank, city, frozen, house
from tests.engines.points.test_points import patiently

__all__ = ["city", "frozen", "house"]

GROUNDS = {"grounds": "已向双方核实，确有其事"}


async def held(house: Bank, who: str = "secretary") -> list[dict[str, Any]]:
    found = (await house.call(who, "/awards"))["items"]
    return [one for one in found if one["status"] == "held"]


async def test_a_deed_is_awarded_once(house: Bank) -> None:
    first = await house.earn("ann", 10, "deed:1")
    again = await house.earn("ann", 10, "deed:1")
    assert (first.id, again.status.value) == (again.id, "granted")
    assert await house.balance("ann") == 10
    with pytest.raises(KeyReused):
        await house.earn("bob", 10, "deed:1")
    await house.work()
    assert (await house.inbox("ann")).count("积分到账") == 1
    seen = (await house.call("ann", "/awards/mine"))["items"]
    assert [(one["title"], one["amount"], one["reasons"]) for one in seen] == [("帮助邻居", 10, [])]
    await house.agrees()


async def test_sixteen_at_once_award_one_deed_once(house: Bank) -> None:
    path = house.city.spring.path or ""
    deed = awards.Deed(house.ids["ann"], 10, "帮助邻居", "help", path, house.ids["bob"])
    await asyncio.gather(*(patiently(lambda: awards.award(deed, key="deed:1")) for _ in range(16)))
    assert await house.balance("ann") == 10
    await house.agrees()


def test_the_tightest_limit_counts() -> None:
    assert allowed(10, {Why.DAY: 20, Why.PARTNER: None}) == (10, None)
    assert allowed(10, {Why.DAY: 7, Why.PARTNER: 3}) == (3, Why.PARTNER)
    assert allowed(10, {Why.DAY: -4}) == (0, Why.DAY)


async def test_a_day_has_a_limit(house: Bank, frozen: time_machine.Traveller) -> None:
    given = [(await house.earn("ann", 90, f"deed:{n}")) for n in range(4)]
    assert [(one.amount, one.status.value, one.why) for one in given] == [
        (90, "granted", ""),
        (90, "granted", ""),
        (20, "granted", "day"),
        (0, "refused", "day"),
    ]
    frozen.shift(timedelta(hours=12, seconds=-1))
    assert (await house.earn("ann", 1, "still")).amount == 0
    frozen.shift(timedelta(seconds=1))
    assert (await house.earn("ann", 1, "tomorrow")).amount == 1
    await house.agrees()


async def test_many_at_once_stay_within_the_day(house: Bank) -> None:
    path = house.city.spring.path or ""
    deed = awards.Deed(house.ids["ann"], 30, "帮助邻居", "help", path)
    await asyncio.gather(
        *(patiently(lambda n=n: awards.award(deed, key=f"deed:{n}")) for n in range(12))
    )
    assert await house.balance("ann") == 200
    await house.agrees()


async def test_one_partner_has_a_limit_a_month(house: Bank, frozen: time_machine.Traveller) -> None:
    bob = house.ids["bob"]
    for day in range(3):
        await house.earn("ann", 90, f"deed:{day}", partner_id=bob)
        frozen.shift(timedelta(days=1))
    assert await house.balance("ann") == 200
    cat = await house.earn("ann", 90, "deed:cat", partner_id=house.ids["cat"])
    assert cat.amount == 90
    frozen.move_to("2026-12-01T04:00:00Z")
    assert (await house.earn("ann", 90, "deed:december", partner_id=bob)).amount == 90


async def test_a_kind_has_limits_of_its_own(house: Bank, frozen: time_machine.Traveller) -> None:
    most = {"daily": 10, "monthly": 15}
    assert (await house.earn("ann", 8, "1", **most)).amount == 8
    assert (await house.earn("ann", 8, "2", **most)).why == "kind_day"
    assert (await house.earn("ann", 8, "3", kind="other", **most)).amount == 8
    frozen.shift(timedelta(days=1))
    last = await house.earn("ann", 8, "4", **most)
    assert (last.amount, last.why) == (5, "kind_month")


# -- what looks wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(("partner", "why"), [("ann", "self"), ("dad", "home"), ("tom", "home")])
async def test_self_dealing_waits(house: Bank, partner: str, why: str) -> None:
    one = await house.earn("ann", 10, "deed:1", partner_id=house.ids[partner])
    assert (one.status.value, one.why) == ("held", why)
    assert await house.balance("ann") == 0
    await house.work()
    assert "有一笔积分要复核" in await house.inbox("secretary")
    assert "有一笔积分要复核" not in await house.inbox("far_secretary")
    assert "积分正在复核" in await house.inbox("ann")


async def confirmed(house: Bank, *pairs: str) -> list[str]:
    """`bob>ann`: bob confirms that ann helped. The statuses of what came of it."""
    found = []
    for number, pair in enumerate(pairs):
        by, who = pair.split(">")
        one = await house.earn(who, 5, f"{number}:{pair}", partner_id=house.ids[by])
        found.append(f"{one.status.value} {one.why}".strip())
    return found


@pytest.mark.parametrize(
    ("pairs", "last"),
    [
        (("ann>bob", "bob>cat", "cat>ann"), "held ring"),
        (("ann>bob", "bob>cat", "cat>eve", "eve>ann"), "held ring"),
        (("cat>ann", "ann>bob", "bob>cat"), "held ring"),
        (("ann>bob", "bob>cat", "ann>cat"), "granted"),
        (("ann>bob", "cat>bob", "eve>bob"), "granted"),
        (("ann>bob", "bob>ann"), "granted"),
        (("ann>bob", "bob>ann", "ann>bob", "bob>ann"), "held mutual"),
        (("ann>bob", "ann>bob", "ann>bob", "ann>bob"), "granted"),
    ],
)
async def test_rings_wait(house: Bank, pairs: tuple[str, ...], last: str) -> None:
    found = await confirmed(house, *pairs)
    assert found[-1] == last
    assert set(found[:-1]) == {"granted"}


async def test_an_old_ring_is_none(house: Bank, frozen: time_machine.Traveller) -> None:
    await confirmed(house, "ann>bob", "bob>cat")
    frozen.shift(timedelta(days=31))
    assert await confirmed(house, "cat>ann") == ["granted"]


async def test_two_at_once_close_no_ring_unseen(house: Bank) -> None:
    await confirmed(house, "ann>bob")
    path = house.city.spring.path or ""

    def deed(by: str, who: str) -> awards.Deed:
        ids = house.ids
        return awards.Deed(ids[who], 5, "帮助邻居", "help", path, ids[by])

    pairs = [deed("bob", "cat"), deed("cat", "ann")]
    await asyncio.gather(
        *(patiently(lambda one=one: awards.award(one, key=f"{one.user_id}")) for one in pairs)
    )
    assert sorted(one.status.value for one in await Award.all()) == ["granted", "granted", "held"]


# -- rulings ---------------------------------------------------------------------------------------


async def test_a_person_approves_with_grounds(house: Bank) -> None:
    one = await house.earn("ann", 10, "deed:1", partner_id=house.ids["dad"])
    (seen,) = await held(house)
    assert (seen["person"], seen["partner"]) == ("a**", "d**")
    assert (seen["reasons"], seen["moves"]) == (["同一户互相确认"], ["approve", "reject"])
    path = f"/awards/{one.id}/approve"
    await house.call("ann", path, GROUNDS, status=403)
    await house.call("far_secretary", path, GROUNDS, status=404)
    await house.call("secretary", path, {"grounds": "好"}, status=422)
    done = await house.call("secretary", path, GROUNDS)
    assert (done["status"], done["ruled_by_name"]) == ("granted", "secretary")
    await house.call("secretary", path, GROUNDS, status=409)
    assert await house.balance("ann") == 10
    await house.agrees()


async def test_a_person_rejects_with_grounds(house: Bank) -> None:
    one = await house.earn("ann", 200, "deed:1", partner_id=house.ids["dad"])
    assert (await house.earn("ann", 9, "deed:2")).why == "day"  # what waits counts
    await house.call("secretary", f"/awards/{one.id}/reject", GROUNDS)
    await house.work()
    assert "积分未通过复核" in await house.inbox("ann")
    assert (await house.earn("ann", 9, "deed:3")).amount == 9
    assert await house.balance("ann") == 9
    await house.agrees()


async def test_nobody_rules_what_is_about_themselves(house: Bank) -> None:
    own = await house.earn("secretary", 10, "deed:1", partner_id=house.ids["secretary"])
    theirs = await house.earn("ann", 10, "deed:2", partner_id=house.ids["ann"])
    await Award.filter(id=theirs.id).update(partner_id=house.ids["secretary"])
    for one in (own, theirs):
        for move in ("approve", "reject"):
            await house.call("secretary", f"/awards/{one.id}/{move}", GROUNDS, status=403)
    assert [one["moves"] for one in await held(house)] == [[], []]
    await house.call("office", f"/awards/{own.id}/reject", GROUNDS)


async def test_what_was_wrong_is_taken_back_even_when_spent(house: Bank) -> None:
    one = await house.earn("ann", 100, "deed:1")
    await house.reserve("ann", 70, "goods")
    await house.spend("goods")
    done = await house.call("secretary", f"/awards/{one.id}/reverse", GROUNDS)
    assert (done["status"], done["owed"]) == ("reversed", 70)
    assert (await house.call("ann", "/points"))["owed"] == 70
    await house.agrees()
    await house.earn("ann", 50, "deed:2")
    await house.earn("ann", 50, "deed:3")
    seen = await house.call("ann", "/points")
    assert (seen["balance"], seen["owed"]) == (30, 0)
    await house.call("secretary", f"/awards/{one.id}/reverse", GROUNDS, status=409)
    await house.agrees()


async def test_what_is_set_aside_pays_when_it_comes_back(house: Bank) -> None:
    one = await house.earn("ann", 100, "deed:1")
    await house.reserve("ann", 70, "goods")
    await house.call("secretary", f"/awards/{one.id}/reverse", GROUNDS)
    await house.release("goods")
    seen = await house.call("ann", "/points")
    assert (seen["balance"], seen["owed"]) == (0, 0)
    await house.agrees()


async def test_debts_leave_with_the_person(house: Bank) -> None:
    one = await house.earn("ann", 100, "deed:1")
    await house.reserve("ann", 70, "goods")
    await house.spend("goods")
    await house.call("secretary", f"/awards/{one.id}/reverse", GROUNDS)
    waits = await house.earn("ann", 5, "deed:2", partner_id=house.ids["dad"])
    await house.call("ann", "/me/erase", {"confirm": "注销"})
    await house.work()
    await house.agrees()
    assert (await Award.get(id=waits.id)).status.value == "rejected"
    assert not await Award.filter(user_id=house.ids["ann"]).exists()


async def test_the_list_is_of_ones_own_places(house: Bank) -> None:
    await house.earn("ann", 10, "deed:1")
    await house.earn("cat", 10, "deed:2", area_path=house.city.autumn.path)
    assert len((await house.call("secretary", "/awards"))["items"]) == 1
    assert len((await house.call("office", "/awards"))["items"]) == 2
    await house.call("ann", "/awards", status=403)
    await house.call("secretary", "/awards", area_id=house.city.autumn.id, status=404)
    narrowed = await house.call("office", "/awards", area_id=house.city.autumn.id, limit=1)
    assert [one["place"] for one in narrowed["items"]] == ["望山街道秋实社区"]


async def test_points_belong_to_a_community(house: Bank) -> None:
    with pytest.raises(NotFound):
        await house.earn("ann", 10, "deed:1", area_path=house.city.street.path)
