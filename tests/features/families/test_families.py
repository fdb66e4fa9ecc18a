"""What a household shared when nobody is left of it: never lost, never negative, never stuck."""

import asyncio
from contextvars import copy_context
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from backend.core.actor import SYSTEM, Actor
from backend.core.database import rows, transaction
from backend.core.errors import NotFound
from backend.core.events import emit
from backend.engines.points import rules as accounts
from backend.engines.points import service as points
from backend.engines.points.models import PointLot
from backend.engines.points.schemas import TransferNew
from backend.features.families import rules, service
from backend.foundation.identity import service as identity
from backend.foundation.residents import service as residents
from backend.foundation.residents.events import BindingEnded
from backend.foundation.residents.schemas import BindingNew, Confirm, End
from tests.engines.points.conftest import Bank, city, frozen, house

__all__ = ["city", "frozen", "house"]


async def put(house: Bank, who: str, amount: int, direction: str = "deposit") -> None:
    body = {"dwelling_id": house.city.home.id, "direction": direction, "amount": amount}
    await house.call(who, "/points/transfers", body)


async def binding(house: Bank, who: str) -> int:
    sql = (
        "SELECT b.id FROM residents_binding b JOIN residents_resident r ON r.id = b.resident_id "
        "WHERE r.user_id = ? AND b.status = 'confirmed' ORDER BY b.id DESC"
    )
    return int((await rows(sql, house.ids[who]))[0]["id"])


async def leave(house: Bank, who: str) -> None:
    path = f"/residents/bindings/{await binding(house, who)}/end"
    await house.call("secretary", path, {"reason": "已搬走"})
    await house.work()


async def come(house: Bank, who: str, relation: str = "owner") -> None:
    body = BindingNew(dwelling_id=house.city.home.id, relation=relation, name="张三")  # type: ignore[arg-type]
    async with transaction():
        asked = await residents.bind(Actor(house.ids[who]), body)
        await residents.confirm(SYSTEM, asked.binding_id, Confirm())
    await house.work()


async def shared(house: Bank, tenure: int = 0) -> int:
    async with transaction():
        return await points.held(accounts.household(house.city.home.id, tenure))


@pytest.fixture
async def chest(house: Bank) -> Bank:
    """Ann and dad share 50: she gave 60 and took 30, he gave 20."""
    await house.earn("ann", 100, "one")
    await house.earn("dad", 100, "two")
    await put(house, "ann", 60)
    await put(house, "dad", 20)
    await put(house, "ann", 30, "withdraw")
    return house


async def test_it_stays_with_who_is_left(chest: Bank) -> None:
    await leave(chest, "ann")
    assert (await shared(chest), await chest.balance("ann")) == (50, 70)
    await put(chest, "dad", 50, "withdraw")
    assert await chest.balance("dad") == 130
    await chest.agrees()


async def test_it_returns_to_who_gave_when_the_last_goes(chest: Bank) -> None:
    """A tenant who stays is no member of the household."""
    ends = {one.expires_at for one in await PointLot.all()}
    for who in ("ann", "dad"):
        await leave(chest, who)
    seen = (await chest.balance("ann"), await chest.balance("dad"), await shared(chest))
    assert seen == (100, 100, 0)
    assert {one.expires_at for one in await PointLot.filter(amount__gt=0)} == ends
    assert "家庭账户的积分退给您了" in await chest.inbox("ann")
    said = (await chest.call("dad", "/points/statement"))["items"][0]
    assert (said["memo"], said["amount"], said["balance"]) == ("家庭账户退回", 20, 100)
    async with transaction():
        await emit(BindingEnded(0, 0, chest.city.home.id))
    await chest.work()
    assert await chest.balance("ann") == 100
    await chest.agrees()


async def test_what_was_taken_in_advance_is_shared_by_parts(house: Bank) -> None:
    """Dad took out more than he gave: ann and mum gave 90 of the 60 that are left."""
    await house.person("mum", house.city.home)
    for number, (who, amount) in enumerate((("ann", 60), ("mum", 30), ("dad", 10))):
        await house.earn(who, 100, f"{number}")
        await put(house, who, amount)
    await put(house, "dad", 40, "withdraw")
    for who in ("ann", "mum", "dad"):
        await leave(house, who)
    seen = [await house.balance(who) for who in ("ann", "mum", "dad")]
    assert (seen, await shared(house)) == ([80, 90, 130], 0)
    await house.agrees()


async def test_it_does_not_go_with_the_dwelling(chest: Bank) -> None:
    """Sold: a new owner is confirmed, though the former ones were never unbound."""
    await leave(chest, "ann")
    await come(chest, "bob")
    assert (await chest.balance("ann"), await chest.balance("dad")) == (100, 100)
    body = {"dwelling_id": chest.city.home.id, "direction": "withdraw", "amount": 1}
    said = await chest.call("bob", "/points/transfers", body, status=409)
    assert said["code"] == "not_enough_points"
    await chest.call("dad", "/points/transfers", body, status=404)
    assert [await shared(chest, tenure) for tenure in (0, 1)] == [0, 0]
    await chest.agrees()


async def test_it_returns_when_staff_hand_the_dwelling_over(chest: Bank) -> None:
    """Dad stays, in the new tenure: he has another household now."""
    body = {"dwelling_id": chest.city.home.id, "leaving": [await binding(chest, "ann")]}
    await chest.call("secretary", "/holdings/hand-over", body | {"reason": "房屋过户"})
    await chest.work()
    assert (await chest.balance("ann"), await chest.balance("dad")) == (100, 100)
    await put(chest, "dad", 7)
    assert [await shared(chest, tenure) for tenure in (0, 1)] == [0, 7]
    await chest.agrees()


async def test_it_goes_to_the_others_when_one_left_the_house(chest: Bank) -> None:
    """Who has no account any more can be given nothing; the last one's goes to the community."""
    async with transaction():
        await identity.erase(Actor(chest.ids["ann"]))
    await chest.work()
    assert await shared(chest) == 50
    pool = await chest.pool()
    await leave(chest, "dad")
    assert (await chest.balance("dad"), await shared(chest), await chest.pool()) == (130, 0, pool)
    await chest.agrees()


async def test_it_goes_to_the_community_when_nobody_is_left(house: Bank) -> None:
    await house.earn("ann", 100, "one")
    await put(house, "ann", 60)
    await leave(house, "dad")
    async with transaction():
        await identity.erase(Actor(house.ids["ann"]))
    await house.work()
    assert (await shared(house), await house.pool()) == (0, 100)
    await house.agrees()


async def test_what_has_ended_meanwhile_is_the_communitys(
    chest: Bank, frozen: time_machine.Traveller
) -> None:
    await leave(chest, "ann")
    frozen.shift(timedelta(days=800))
    path = f"/residents/bindings/{await binding(chest, 'dad')}/end"
    await chest.call("secretary", path, {"reason": "已搬走"})
    async with transaction():
        await service.end_empty(chest.city.home.id)
    assert await shared(chest) == 0
    await chest.work()
    assert (await chest.balance("ann"), await chest.balance("dad"), await chest.pool()) == (
        0,
        0,
        200,
    )
    await chest.agrees()


async def test_it_pays_what_somebody_owes(chest: Bank) -> None:
    await chest.reserve("ann", 70, "goods")
    await chest.spend("goods")
    async with transaction():
        part = accounts.Part(chest.city.spring.id, (await PointLot.all())[0].expires_at, 20)
        assert await points.take_back(chest.ids["ann"], "多发", part, key="wrong") == 20
    for who in ("ann", "dad"):
        await leave(chest, who)
    seen = await chest.call("ann", "/points")
    assert (seen["balance"], seen["owed"]) == (10, 0)
    await chest.agrees()


async def test_a_household_that_comes_back_ends_again(chest: Bank) -> None:
    """The same owner in the same tenure: what was returned before counts as taken."""
    for who in ("ann", "dad"):
        await leave(chest, who)
    await come(chest, "ann")
    await put(chest, "ann", 11)
    assert await shared(chest) == 11
    await leave(chest, "ann")
    assert (await shared(chest), await chest.balance("ann"), await chest.balance("dad")) == (
        0,
        100,
        100,
    )
    await chest.agrees()


async def test_who_puts_something_in_meanwhile(chest: Bank) -> None:
    """Whichever comes first: it is returned, or never left."""
    await leave(chest, "dad")
    path = f"/residents/bindings/{await binding(chest, 'ann')}/end"
    await chest.call("secretary", path, {"reason": "已搬走"})

    async def late() -> None:
        body = TransferNew(dwelling_id=chest.city.home.id, direction="deposit", amount=5)  # type: ignore[arg-type]
        async with transaction():
            await points.transfer(Actor(chest.ids["ann"]), body)

    async def end() -> None:
        async with transaction():
            await service.end_empty(chest.city.home.id)

    found = await asyncio.gather(late(), end(), late(), return_exceptions=True)
    assert {type(one) for one in found} <= {type(None), NotFound}
    assert (await shared(chest), await chest.balance("ann")) == (0, 100)
    await chest.agrees()


@pytest.mark.parametrize("db", ["mariadb"], indirect=True)
async def test_who_is_unbound_in_the_middle(chest: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the phone was let in and before anything is written: nothing goes where nobody is."""
    await leave(chest, "dad")
    number, outside = await binding(chest, "ann"), copy_context()
    real = points._end_due

    async def unbind() -> None:
        async with transaction():
            await residents.end(SYSTEM, number, End(reason="已搬走"))

    async def slow(account: str) -> int:
        await asyncio.get_running_loop().create_task(unbind(), context=outside)
        return await real(account)

    monkeypatch.setattr(points, "_end_due", slow)
    body = {"dwelling_id": chest.city.home.id, "direction": "deposit", "amount": 5}
    await chest.call("ann", "/points/transfers", body, status=404)
    monkeypatch.undo()
    await chest.work()
    assert (await shared(chest), await chest.balance("ann")) == (0, 100)
    await chest.agrees()


@given(
    st.dictionaries(st.integers(1, 9), st.integers(1, 10**6), min_size=1),
    st.integers(0, 10**6),
)
def test_shares_sum_to_the_whole(given_: dict[int, int], total: int) -> None:
    whole = sum(given_.values())
    found = rules.shares(total, given_)
    assert sum(found.values()) == total
    for who, size in given_.items():
        assert abs(found.get(who, 0) - total * size / whole) < 1
