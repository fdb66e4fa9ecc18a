"""Exactly one takes an order, on two API processes; and a control that does it wrongly."""

import asyncio
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pymysql

from tests.faults.house import House, Server

ORDERS = 50
CLIENTS = 16

Wins = Counter[int]


def doubles(wins: Wins) -> list[int]:
    """The orders that more than one was told to have won."""
    return [order_id for order_id, count in wins.items() if count > 1]


async def _run_for_all(
    caller: httpx.AsyncClient, orders: list[int], wins: Wins, losses: list[dict[str, Any]]
) -> None:
    for order_id in orders:
        answer = await caller.post(f"/orders/{order_id}/take")
        if answer.status_code == 200:
            wins[order_id] += 1
        else:
            losses.append({"status": answer.status_code, **answer.json()})


async def test_one_winner_each_on_two_processes(house: House, server: Server) -> None:
    orders = await house.pooled(server, ORDERS)
    wins, losses = Wins(), []  # type: ignore[var-annotated]
    with house.api() as one, house.api() as two:
        await asyncio.gather(one.ready(), two.ready())
        callers = [
            [one, two][number % 2].caller(house.workers[number], timeout=30)
            for number in range(CLIENTS)
        ]
        await asyncio.gather(*(_run_for_all(caller, orders, wins, losses) for caller in callers))
        await asyncio.gather(*(caller.aclose() for caller in callers))
    assert doubles(wins) == []
    assert set(wins) == set(orders)
    assert len(losses) == ORDERS * (CLIENTS - 1)
    assert {(one["status"], one["code"]) for one in losses} == {(409, "already_taken")}
    assert all(one["facts"]["handler_name"] for one in losses)
    marks = ",".join(map(str, orders))
    taken = house.rows(
        f"SELECT order_id, COUNT(*) AS n FROM order_event WHERE move = 'take' "
        f"AND order_id IN ({marks}) GROUP BY order_id"
    )
    assert {one["order_id"]: one["n"] for one in taken} == dict.fromkeys(orders, 1)


async def test_the_control_goes_red(house: House, server: Server) -> None:
    """Look first, write then: when all have looked before the first writes, all of them win."""
    orders = await house.pooled(server, ORDERS)
    wins, all_looked = Wins(), threading.Barrier(CLIENTS)

    def check_then_act(user_id: int) -> None:
        with house.connection() as connection, connection.cursor() as cursor:
            for order_id in orders:
                is_free = _is_free(cursor, order_id)
                all_looked.wait(30)
                if is_free:
                    cursor.execute(
                        "UPDATE orders_order SET status = 'taken', handler_id = %s WHERE id = %s",
                        (user_id, order_id),
                    )
                    wins[order_id] += 1

    users = [house.ids[token] for token in house.workers[:CLIENTS]]
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(CLIENTS) as threads:
        await asyncio.gather(*(loop.run_in_executor(threads, check_then_act, one) for one in users))
    assert doubles(wins) == orders, "the checker would not notice two winners"


def _is_free(cursor: "pymysql.cursors.DictCursor", order_id: int) -> bool:
    cursor.execute("SELECT status FROM orders_order WHERE id = %s", (order_id,))
    found = cursor.fetchone()
    return bool(found) and found["status"] == "pooled"
