"""`kill -9` of the API while many redeem the last of a shelf: each redemption once, points and
pieces all accounted for."""

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest

from backend.core import cache, clock, database
from backend.core.actor import SYSTEM
from backend.engines.ledgers import queries as ledgers
from backend.engines.points import queries as bank
from backend.engines.points import service as points
from backend.engines.shelves import service as shelves
from backend.engines.shelves.schemas import GoodNew, PlaceNew, StockBody
from backend.features.mall import queries as mall
from backend.foundation.areas.models import Area, Dwelling, Level
from backend.foundation.residents.models import Binding, BindingStatus, Relation, Resident
from tests.faults.house import House, Server
from tests.faults.proxy import Fault, Proxy, is_commit
from tests.foundation.conftest import plant

EACH, PRICE, STOCK, WANTED, KILLS = 150, 50, 60, 4, 2
"""Points of a person, of one piece; pieces. Everybody can pay for three and asks for four."""
DONE = {"sold_out", "not_enough_points"}
T = TypeVar("T")


async def _inside(house: House, work: Awaitable[T]) -> T:
    """With the models here, in one transaction, as a process of ours would."""
    cache.connect("")
    await database.connect(house.url)
    try:
        async with database.transaction():
            return await work
    finally:
        await database.disconnect()


@dataclass(frozen=True)
class Shelf:
    """One good at one place, and how many of it lay there at first."""

    house: House
    good_id: int
    place_id: int
    start: int

    @property
    def want(self) -> dict[str, Any]:
        return {"shelf_id": self.good_id, "place_id": self.place_id, "points": PRICE}

    def redeemed(self) -> list[int]:
        found = self.house.rows("SELECT id FROM mall_redemption WHERE good_id = %s", self.good_id)
        return sorted(one["id"] for one in found)

    def left(self) -> int:
        sql = "SELECT amount FROM shelves_stock WHERE good_id = %s"
        return self.house.count(sql, self.good_id)

    def spent(self) -> int:
        """Points that were set aside for it."""
        sql = (
            "SELECT COALESCE(SUM(h.amount), 0) FROM points_hold h JOIN mall_redemption r "
            "ON h.`key` = CONCAT('mall:', r.id) WHERE r.good_id = %s"
        )
        return self.house.count(sql, self.good_id)

    async def faults(self) -> list[str]:
        """What the rooms' own proofs find, and whatever is below zero or does not sum to it."""
        found = [*await _inside(self.house, _disagreements())]
        for sql in (
            "SELECT COUNT(*) FROM ledgers_account WHERE balance < 0",
            "SELECT COALESCE(SUM(amount), 0) FROM ledgers_entry WHERE unit = 'points'",
            "SELECT COUNT(*) FROM core_idempotency WHERE status = 0",
        ):
            seen = self.house.count(sql)
            found += [f"{sql}: {seen}"] if seen else []
        return found


async def _disagreements() -> list[str]:
    return [*await ledgers.check(), *await bank.check(), *await mall.check()]


@pytest.fixture(scope="module", autouse=True)
async def homes(house: House) -> None:
    """Every resident at home in the community."""
    await _inside(house, _settle(house))


async def _settle(house: House) -> None:
    community = await Area.get(id=house.area_id)
    building = await plant(await plant(community, Level.COMPOUND, "园"), Level.BUILDING, "1号楼")
    now = clock.now()
    for number, token in enumerate(house.residents):
        home = await Dwelling.create(area_id=building.id, number=f"{number}")
        person = await Resident.create(
            user_id=house.ids[token], seal=uuid4().hex, name="", name_index=""
        )
        await Binding.create(
            resident_id=person.id,
            dwelling_id=home.id,
            relation=Relation.OWNER,
            status=BindingStatus.CONFIRMED,
            created_at=now,
            decided_at=now,
        )


async def _shelf(house: House, stock: int) -> Shelf:
    """A shelf of its own; everybody has the same number of points again."""
    where = PlaceNew(area_id=house.area_id, name="积分超市", address="一楼", hours="每天")
    place = await shelves.open_place(SYSTEM, where)
    good = await shelves.offer(SYSTEM, GoodNew(area_id=house.area_id, name="肥皂", price=PRICE))
    came = StockBody(place_id=place.id, cause="in", quantity=stock, note="配送")
    await shelves.restock(SYSTEM, good.id, came)
    for token in house.residents:
        missing = EACH - await bank.balance_of(house.ids[token])
        if missing:
            part = bank.Part(house.area_id, bank.end_of(clock.now(), 24), missing)
            await points.grant(house.ids[token], "帮助邻居", part, key=f"{token}:{good.id}")
    return Shelf(house, good.id, place.id, stock)


async def _insist(server: Server, token: str, want: dict[str, Any], key: str) -> httpx.Response:
    """Ask again until there is an answer, as a phone does; with its key, if it has one."""
    headers = {"idempotency-key": key} if key else {}
    async with server.caller(token) as caller:
        for _ in range(400):
            try:
                answer = await caller.post("/mall/redemptions", json=want, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in (201, 409):
                return answer
            assert answer.status_code == 503, answer.text
            await asyncio.sleep(0.1)
    raise AssertionError("never answered")


async def test_killed_while_redeeming(house: House) -> None:
    shelf = await _inside(house, _shelf(house, STOCK))
    done: list[int] = []
    refused: set[str] = set()

    async def shop(server: Server, token: str) -> None:
        for _ in range(WANTED):
            answer = await _insist(server, token, shelf.want, uuid4().hex)
            said = answer.json()
            if answer.status_code == 201:
                done.append(said["id"])
            else:
                refused.add(said["code"])

    with house.api() as server:
        await server.ready()
        people = [asyncio.ensure_future(shop(server, token)) for token in house.residents]
        for part in range(1, KILLS + 1):
            while len(done) < STOCK * part // (KILLS + 1):
                await asyncio.sleep(0.01)
                assert not any(one.done() and one.exception() for one in people)
            await asyncio.sleep(random.uniform(0, 0.05))
            server.process.kill()
            server.process.start()
        await asyncio.gather(*people)
    assert sorted(done) == shelf.redeemed(), "one that was acknowledged is lost, or one is doubled"
    assert (len(done), shelf.left()) == (STOCK, 0)
    assert shelf.spent() == STOCK * PRICE
    assert refused <= DONE
    assert await shelf.faults() == []


async def _killed_at_its_commit(shelf: Shelf, proxy: Proxy, key: str) -> tuple[int, int, int]:
    """One person redeems, the API dies after the COMMIT and before anybody hears of it, and the
    phone asks again: how many redemptions, pieces left, points spent there are then."""
    house = shelf.house
    with house.api(proxy.port, LINLI_DATABASE_POOL="1") as server:
        await server.ready()
        trap = proxy.trap(is_commit, Fault.EAT, then=server.process.kill)
        asking = asyncio.ensure_future(_insist(server, house.residents[0], shelf.want, key))
        await asyncio.wait_for(trap.sprung.wait(), 60)
        while server.process.running is not None:  # noqa: ASYNC110 - it is on its way
            await asyncio.sleep(0.01)
        assert len(shelf.redeemed()) == 1, "the trap sprang at another COMMIT"
        server.process.start()
        answer = await asking
    assert answer.status_code == 201, answer.text
    return len(shelf.redeemed()), shelf.left(), shelf.spent()


async def test_killed_before_anybody_heard(house: House, proxy: Proxy) -> None:
    shelf = await _inside(house, _shelf(house, 5))
    assert await _killed_at_its_commit(shelf, proxy, uuid4().hex) == (1, 4, PRICE)
    assert await shelf.faults() == []


async def test_without_a_key_the_control_goes_red(house: House, proxy: Proxy) -> None:
    """A phone that asks again without a key pays twice, and gets two: nobody could tell."""
    shelf = await _inside(house, _shelf(house, 5))
    assert await _killed_at_its_commit(shelf, proxy, "") == (2, 3, 2 * PRICE)
    assert await shelf.faults() == []


async def test_without_a_guard_the_control_goes_red(house: House) -> None:
    """A shelf that does not ask how many there are gives away more, and the proof says so."""
    shelf = await _inside(house, _shelf(house, 3))
    careless = ("tests.faults.careless", "serve")
    with house.api(command=careless, CARELESS_ABOUT="shelf") as server:
        await server.ready()
        asked = [_insist(server, token, shelf.want, uuid4().hex) for token in house.residents[:5]]
        answers = await asyncio.gather(*asked)
    assert {one.status_code for one in answers} == {201}
    assert (len(shelf.redeemed()), shelf.left()) == (5, -2)
    assert [one for one in await shelf.faults() if one.endswith(": -2 left, 5 promised")] != []
    put_right = "UPDATE shelves_stock SET amount = amount + 2 WHERE good_id = %s"
    await house.execute(put_right, shelf.good_id)
    sql = "INSERT INTO shelves_movement (good_id, place_id, delta, cause, note, `by`, at) "
    sql += "VALUES (%s, %s, 2, 'in', '', 0, UTC_TIMESTAMP(6))"
    await house.execute(sql, shelf.good_id, shelf.place_id)
    assert await shelf.faults() == []
