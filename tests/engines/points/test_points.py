"""Points are set aside, spent, given back, passed on and ended; their books always agree."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database
from backend.core.database import execute, rows, transaction
from backend.core.errors import Invalid, KeyReused, WrongState
from backend.core.events import emit
from backend.engines.awards.models import Award
from backend.engines.points import queries as bank
from backend.engines.points import rules
from backend.engines.points import service as points
from backend.engines.points.models import PointHold, PointLot, PointProof
from backend.engines.points.rules import NotEnoughPoints
from backend.foundation.areas.events import AreaMoved
from tests.engines.points.conftest import Bank, city, frozen, house

__all__ = ["city", "frozen", "house"]

YEARS = timedelta(days=800)


async def test_what_is_earned_can_be_set_aside_and_spent(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    await house.reserve("ann", 70, "goods")
    seen = await house.call("ann", "/points")
    assert (seen["balance"], seen["reserved"]) == (30, 70)
    await house.spend("goods")
    await house.spend("goods")
    seen = await house.call("ann", "/points")
    assert (seen["balance"], seen["reserved"], await house.pool()) == (30, 0, 70)
    said = (await house.call("ann", "/points/statement"))["items"]
    assert [(one["kind"], one["amount"], one["balance"]) for one in said] == [
        ("reserve", -70, 30),
        ("award", 100, 100),
    ]
    await house.agrees()


async def test_what_was_set_aside_comes_back_once(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    await house.reserve("ann", 70, "goods")
    await house.release("goods")
    await house.release("goods")
    assert await house.balance("ann") == 100
    with pytest.raises(WrongState):
        await house.spend("goods")
    await house.reserve("ann", 10, "more")
    await house.spend("more")
    with pytest.raises(WrongState):
        await house.release("more")
    await house.agrees()


async def test_a_key_sets_aside_once(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    first = await house.reserve("ann", 70, "goods")
    assert (await house.reserve("ann", 70, "goods")).id == first.id
    assert await house.balance("ann") == 30
    for who, amount in (("ann", 60), ("bob", 70)):
        with pytest.raises(KeyReused):
            await house.reserve(who, amount, "goods")
    await house.agrees()


@pytest.mark.parametrize("amount", [0, -1, rules.MOST + 1, 10**18, True, 1.5])
async def test_amounts_that_nothing_has(house: Bank, amount: Any) -> None:
    await house.earn("ann", 100, "one")
    with pytest.raises(Invalid):
        await house.reserve("ann", amount, "goods")
    with pytest.raises(Invalid):
        await house.earn("ann", amount, "two")
    body = {"dwelling_id": house.city.home.id, "direction": "deposit", "amount": amount}
    await house.call("ann", "/points/transfers", body, status=422)
    assert await house.balance("ann") == 100


async def test_more_than_there_is_leaves_nothing_behind(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    async with transaction():
        with pytest.raises(NotEnoughPoints):
            await points.reserve(house.ids["ann"], 101, "兑换", key="much")
        await points.reserve(house.ids["ann"], 100, "兑换", key="all")
    with pytest.raises(NotEnoughPoints):
        await house.reserve("bob", 1, "nothing")
    assert await PointHold.all().count() == 1
    await house.agrees()


# -- the family ------------------------------------------------------------------------------------


def passing(house: Bank, direction: str, amount: int, to: str = "") -> dict[str, Any]:
    body = {"dwelling_id": house.city.home.id, "direction": direction, "amount": amount}
    return body | ({"to_user_id": house.ids[to]} if to else {})


async def test_points_pass_within_the_family(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    ends = (await PointLot.all())[0].expires_at
    seen = await house.call("ann", "/points/transfers", passing(house, "give", 30, "dad"))
    assert (seen["balance"], seen["passed_on_today"]) == (70, 30)
    await house.call("ann", "/points/transfers", passing(house, "deposit", 20))
    await house.call("dad", "/points/transfers", passing(house, "withdraw", 15))
    seen = await house.call("dad", "/points")
    assert (seen["balance"], seen["families"][0]["balance"]) == (45, 5)
    assert [one["user_id"] for one in seen["families"][0]["members"]] == [house.ids["ann"]]
    # Passing on renews nothing.
    assert {one.expires_at for one in await PointLot.all()} == {ends}
    path = f"/points/families/{house.city.home.id}/statement"
    said = (await house.call("ann", path))["items"]
    assert [(one["amount"], one["balance"]) for one in said] == [(-15, 5), (20, 20)]
    await house.work()
    assert "家人转来了积分" in await house.inbox("dad")
    await house.agrees()


async def test_points_do_not_leave_the_family(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    for to in ("bob", "tom", "eve", "ann"):
        await house.call("ann", "/points/transfers", passing(house, "give", 1, to), status=404)
    for who in ("bob", "tom", "eve"):
        await house.call(who, "/points/transfers", passing(house, "withdraw", 1), status=404)
        path = f"/points/families/{house.city.home.id}/statement"
        await house.call(who, path, status=404)
    await house.call("ann", "/points/transfers", passing(house, "give", 1), status=422)
    await house.call("ann", "/points/transfers", passing(house, "deposit", 1, "dad"), status=422)
    much = await house.call("ann", "/points/transfers", passing(house, "deposit", 101), status=409)
    assert much["code"] == "not_enough_points"
    assert await house.balance("ann") == 100
    await house.agrees()


async def test_a_day_has_a_limit_for_passing_on(house: Bank) -> None:
    policy = {"valid_months": 12, "earn_daily": 200, "partner_monthly": 200, "transfer_daily": 40}
    path = f"/points/policies/{house.city.spring.id}"
    await house.call("secretary", path, policy, method="PUT")
    await house.earn("ann", 100, "one")
    await house.call("ann", "/points/transfers", passing(house, "give", 30, "dad"))
    said = await house.call("ann", "/points/transfers", passing(house, "deposit", 11), status=409)
    assert said["code"] == "transfer_limit"
    await house.call("ann", "/points/transfers", passing(house, "deposit", 10))
    await house.agrees()


async def test_one_request_passes_on_once(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    headers = house.headers["ann"] | {"idempotency-key": "pass-it-on-0001"}
    body = passing(house, "give", 30, "dad")
    for _ in range(3):
        answer = await house.client.post("/api/v1/points/transfers", json=body, headers=headers)
        assert answer.json()["balance"] == 70
    assert await house.balance("dad") == 30


# -- ends ------------------------------------------------------------------------------------------


async def test_what_was_earned_first_goes_first_and_ends_first(
    house: Bank, frozen: time_machine.Traveller
) -> None:
    await house.earn("ann", 10, "old")
    frozen.shift(timedelta(days=62))
    await house.earn("ann", 20, "new")
    await house.reserve("ann", 15, "goods")
    seen = await house.call("ann", "/points")
    assert [(one["amount"], one["at"]) for one in seen["endings"]] == [(15, "2029-01-31T16:00:00Z")]
    await house.release("goods")
    ends = [one["amount"] for one in (await house.call("ann", "/points"))["endings"]]
    assert ends == [10, 20]
    frozen.move_to("2028-12-01T00:00:00Z")
    assert await house.balance("ann") == 20  # ended, though the clock has not looked yet
    with pytest.raises(NotEnoughPoints):
        await house.reserve("ann", 21, "too-much")
    await house.work()
    assert (await house.balance("ann"), await house.pool()) == (20, 10)
    assert "积分到期了" in await house.inbox("ann")
    await house.agrees()


async def test_what_comes_back_too_late_ends_at_once(
    house: Bank, frozen: time_machine.Traveller
) -> None:
    await house.earn("ann", 10, "one")
    await house.reserve("ann", 4, "goods")
    frozen.shift(YEARS)
    await house.work()
    assert await house.pool() == 6
    await house.release("goods")
    assert await house.balance("ann") == 0
    frozen.shift(timedelta(hours=1))
    await house.work()
    assert await house.pool() == 10
    await house.agrees()


async def test_people_are_warned_once(house: Bank, frozen: time_machine.Traveller) -> None:
    await house.earn("ann", 10, "one")
    await house.call("ann", "/points/transfers", passing(house, "deposit", 4))
    frozen.move_to("2028-11-10T04:00:00Z")
    for _ in range(2):
        await house.work()
        frozen.shift(timedelta(days=1))
    assert (await house.call("ann", "/points"))["soon"] == 6
    assert (await house.inbox("ann")).count("积分快到期了") == 2  # hers and the family's
    assert (await house.inbox("dad")).count("积分快到期了") == 1
    assert "积分快到期了" not in await house.inbox("tom")


# -- people and places that go ---------------------------------------------------------------------


async def test_what_somebody_leaves_behind_goes_to_the_pool(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    await house.reserve("ann", 30, "goods")
    await house.call("ann", "/points/transfers", passing(house, "give", 20, "dad"))
    await house.call("ann", "/me/erase", {"confirm": "注销"})
    await house.work()
    assert await house.pool() == 80
    assert await house.balance("dad") == 20
    assert not await rows("SELECT id FROM points_hold WHERE user_id = ?", house.ids["ann"])
    assert not await rows("SELECT id FROM points_transfer WHERE user_id = ?", house.ids["ann"])
    late = await house.earn("ann", 5, "late")
    assert (late.status.value, late.why) == ("refused", "gone")
    await house.agrees()


async def test_policies_follow_their_area(house: Bank) -> None:
    policy = {"valid_months": 6, "earn_daily": 9, "partner_monthly": 9, "transfer_daily": 9}
    path = f"/points/policies/{house.city.spring.id}"
    await house.call("secretary", path, policy, method="PUT")
    await house.earn("ann", 5, "one")
    before = house.city.spring.path or ""
    async with transaction():
        await emit(AreaMoved(house.city.spring.id, before, "/77/88/", by=0))
    await house.work()
    assert (await bank.terms_at("/77/88/99/")).valid_months == 6
    assert (await Award.all())[0].area_path == "/77/88/"


async def test_who_may_set_which_policy(house: Bank) -> None:
    policy = {"valid_months": 12, "earn_daily": 50, "partner_monthly": 60, "transfer_daily": 70}
    path = f"/points/policies/{house.city.spring.id}"
    await house.call("ann", path, policy, method="PUT", status=403)
    for method, body in (("PUT", policy), ("GET", None)):
        await house.call("far_secretary", path, body, method=method, status=404)
    first = await house.call("secretary", path)
    assert (first["is_own"], first["version"], first["valid_months"]) == (False, 0, 24)
    above = f"/points/policies/{house.city.county.id}"
    await house.call("office", above, {**policy, "valid_months": 36}, method="PUT")
    assert (await house.call("secretary", path))["valid_months"] == 36
    await house.call("secretary", path, policy, method="PUT")
    await house.call("secretary", path, policy, method="PUT", status=409)
    again = await house.call("secretary", path, {**policy, "version": 1}, method="PUT")
    assert (again["is_own"], again["version"]) == (True, 2)
    for bad in ({"valid_months": 0}, {"earn_daily": -1}, {"transfer_daily": 10**9}):
        await house.call("secretary", path, policy | bad, method="PUT", status=422)
    await house.earn("ann", 10, "one")
    assert (await PointLot.all())[0].expires_at == clock.bounds(date(2027, 12, 1))[0]


async def test_a_communitys_points(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    await house.reserve("ann", 60, "goods")
    await house.spend("goods")
    await house.work()
    path = f"/points/communities/{house.city.spring.id}"
    seen = await house.call("secretary", path)
    assert (seen["issued"], seen["pool"], seen["proof"]["faults"]) == (100, 60, [])
    assert seen["proof"]["in_hands"] == 100
    await house.call("far_secretary", path, status=404)
    await house.call("office", f"/points/communities/{house.city.street.id}", status=404)


# -- many at once ----------------------------------------------------------------------------------


async def patiently(work: Any) -> bool:
    """Whether it came through; the database may ask for another try, as the edge would do."""

    async def once() -> bool:
        try:
            async with transaction():
                await work()
        except NotEnoughPoints:
            return False
        return True

    for _ in range(20):
        try:
            return await once()
        except Exception as error:
            if not database.is_retryable(error):
                raise
            await asyncio.sleep(0.02)
    raise AssertionError("never came through")


async def test_sixteen_spend_one_account(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    ann = house.ids["ann"]
    done = await asyncio.gather(
        *(
            patiently(lambda n=n: points.reserve(ann, 9, "兑换", key=f"goods-{n}"))
            for n in range(16)
        )
    )
    assert sum(done) == 11
    assert await house.balance("ann") == 1
    await house.agrees()


async def test_the_same_key_at_the_same_moment(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    ann = house.ids["ann"]
    await asyncio.gather(
        *(patiently(lambda: points.reserve(ann, 9, "兑换", key="goods")) for _ in range(12))
    )
    assert await house.balance("ann") == 91
    ends = [lambda: points.spend("goods", rules.pool(1)), lambda: points.release("goods")]
    done = await asyncio.gather(*(patiently(end) for end in ends * 6), return_exceptions=True)
    assert any(one is True for one in done)
    assert (await PointHold.all())[0].status.value in ("spent", "released")
    await house.agrees()


# -- proof -----------------------------------------------------------------------------------------


async def test_the_daily_proof_cries_out(house: Bank, frozen: time_machine.Traveller) -> None:
    await house.earn("ann", 100, "one")
    await house.work()
    assert [one.faults for one in await PointProof.all()] == [[]]
    await execute("UPDATE points_lot SET amount = amount + 1")
    await house.work()
    assert await PointProof.all().count() == 1
    frozen.shift(timedelta(days=1))
    await house.work()
    last = await PointProof.all().order_by("-id").first()
    assert last is not None
    assert last.faults == [f"points:user/{house.ids['ann']}: balance 100, lots 101"]
    assert "积分账目对不上" in await house.inbox("office")
    assert "积分账目对不上" not in await house.inbox("ann")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE ledgers_entry SET amount = 101 WHERE amount = 100", "sum to 1"),
        ("UPDATE ledgers_account SET balance = -1 WHERE code LIKE 'points:user/%'", "below zero"),
        ("DELETE FROM points_lot", "lots 0"),
        ("UPDATE points_hold SET amount = 41", "open holds 41"),
        ("UPDATE points_hold_part SET amount = 1", "made of 1"),
        ("UPDATE points_lot SET amount = -1", "-1 left"),
    ],
)
async def test_the_proof_finds_what_was_touched(house: Bank, sql: str, words: str) -> None:
    await house.earn("ann", 100, "one")
    await house.reserve("ann", 40, "goods")
    await house.agrees()
    await execute(sql)
    assert any(words in one for one in await bank.check())
