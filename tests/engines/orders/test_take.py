"""One winner per order, whoever comes at the same moment, and what the losers are told."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from backend.core import clock, database
from backend.core.actor import SYSTEM, Role
from backend.engines.orders import service as orders
from backend.engines.orders.models import Order, OrderEvent
from backend.engines.orders.rules import Grade, NewOrder, Place
from backend.engines.orders.states import S
from tests.engines.orders.conftest import Town

ORDERS, CLIENTS = 50, 16


async def _pool(town: Town, number: int) -> list[int]:
    """So many orders in the community's pool, made by the house."""
    spring = town.city.spring
    found = []
    for _ in range(number):
        async with database.transaction():
            place = Place(spring.id, spring.path or "", community_id=spring.id)
            new = NewOrder("complaint", "题目", "内容", Grade.YELLOW, place, reporter_id=1)
            order = await orders.open_order(SYSTEM, new)
            await orders.move(order, "accept", SYSTEM)
            timing = await orders.begin(order)
            await orders.move(order, "dispatch", SYSTEM, party="community", **timing)
            found.append(order.id)
    return found


def _crowd(town: Town) -> list[dict[str, str]]:
    spring = town.city.spring
    post = (Role.SOCIAL_WORKER, spring.id, spring.path or "")
    return [town.people.sign_in(1000 + one, post) for one in range(CLIENTS)]


Take = Callable[[int, int], Awaitable[bool]]


async def _race(order_ids: list[int], take: Take) -> Counter[int]:
    """Every client wants every order; how often each was won."""
    wins: Counter[int] = Counter()

    async def client(number: int) -> None:
        for order_id in order_ids[number:] + order_ids[:number]:
            if await take(number, order_id):
                wins[order_id] += 1

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return wins


async def test_exactly_one_wins(town: Town) -> None:
    crowd, ids = _crowd(town), await _pool(town, ORDERS)
    refused: Counter[str] = Counter()

    async def take(number: int, order_id: int) -> bool:
        path = f"/api/v1/orders/{order_id}/take"
        answer = await town.client.post(path, headers=crowd[number], json={})
        while answer.status_code == 503:  # a slow machine: undone, and asked again
            answer = await town.client.post(path, headers=crowd[number], json={})
        if not answer.is_success:
            refused[answer.json()["code"]] += 1
            assert answer.json()["facts"]["taken_at"].endswith("Z")
        return answer.is_success

    wins = await _race(ids, take)
    assert wins == Counter(dict.fromkeys(ids, 1))
    assert refused == {"already_taken": ORDERS * (CLIENTS - 1)}
    assert await Order.filter(id__in=ids, status=S.TAKEN).count() == ORDERS
    assert await OrderEvent.filter(order_id__in=ids, move="take").count() == ORDERS


async def test_the_race_would_notice_check_then_act(town: Town) -> None:
    """The same race without the conditional update has several winners: the test can fail."""
    ids = await _pool(town, 10)

    async def take(number: int, order_id: int) -> bool:
        order = await Order.get(id=order_id)
        if order.status != S.POOLED:
            return False
        await asyncio.sleep(0)
        await Order.filter(id=order_id).update(status=S.TAKEN, handler_id=1000 + number)
        return True

    wins = await _race(ids, take)
    assert max(wins.values()) > 1


async def test_losers_are_told_who_has_it_and_offered_the_next(town: Town) -> None:
    first, second = await town.pooled(), await town.pooled()
    await town.move("grid", first, "take")
    problem = await town.move("worker", first, "take", status=409)
    assert problem["code"] == "already_taken"
    facts = problem["facts"]
    assert facts["handler_name"] == "grid"
    assert facts["next_order_id"] == second["id"]
    assert datetime.fromisoformat(facts["taken_at"]) <= clock.now()
    await town.move("worker", second, "take")
    assert (await town.move("grid", second, "take", status=409))["facts"]["next_order_id"] is None


async def test_tapping_twice_is_no_loss(town: Town) -> None:
    order = await town.taken()
    again = await town.move("worker", order, "take")
    assert again["status"] == "taken"
    assert [one["move"] for one in again["history"]].count("take") == 1


async def test_something_else_happening_does_not_cost_the_take(town: Town) -> None:
    """A resident urges between the look and the take; only a version that was named is strict."""
    order = await town.pooled()
    await town.move("resident", order, "urge")
    stale = await town.move("worker", order, "take", status=409, version=order["version"])
    assert stale["code"] == "stale_version"
    assert (await town.move("worker", order, "take"))["status"] == "taken"


async def test_rivals_of_other_moves_get_a_conflict(town: Town) -> None:
    """Two dispatchers at once: one goes through for each state of the order."""
    order = await town.report()

    async def dispatch(who: str) -> int:
        path = f"/api/v1/orders/{order['id']}/dispatch"
        body = {"party": "community", "version": order["version"]}
        answer: Any = await town.client.post(path, headers=town.headers[who], json=body)
        return int(answer.status_code)

    found = await asyncio.gather(*(dispatch(who) for who in ("secretary", "street", "office")))
    assert sorted(found) == [200, 409, 409]
