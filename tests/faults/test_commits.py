"""The answer to COMMIT is lost, the connection breaks at any statement: with a key exactly one
effect and the right answer; without one at most one, and an honest 503."""

import asyncio
from uuid import uuid4
from zlib import crc32

import httpx
import pytest

from tests.faults.house import PATIENCE, House, Server
from tests.faults.proxy import Fault, Proxy, anything, holding, is_commit, shape

LOST = [Fault.EAT, Fault.SWALLOW]


async def _report(
    house: House, server: Server, text: str, key: str | None = None
) -> httpx.Response:
    """From a device never seen before. Each text has a reporter: nobody may say too much."""
    headers = {"idempotency-key": key} if key else {}
    reporter = house.residents[crc32(text.encode()) % len(house.residents)]
    async with server.caller(house.another_device(reporter)) as caller:
        return await caller.post("/orders", json=house.demand(text), headers=headers)


def test_the_word_commit_alone_is_no_commit() -> None:
    assert is_commit(b"COMMIT")
    assert not is_commit(b"SET AUTOCOMMIT = 0")
    assert not is_commit(b"INSERT INTO t VALUES ('COMMIT')")


@pytest.mark.parametrize("fault", LOST)
async def test_with_a_key_one_effect_and_its_answer(
    house: House, proxy: Proxy, server: Server, fault: Fault
) -> None:
    text = f"commit-{uuid4().hex}"
    trap = proxy.trap(is_commit, fault)
    first = await _report(house, server, text, key=text)
    assert trap.sprung.is_set()
    # A broken connection is noticed and the work asked for again; silence ends with the deadline.
    assert first.status_code == (201 if fault is Fault.EAT else 503)
    assert len(house.orders_saying(text)) == 1, "the server had done it"
    again = await _report(house, server, text, key=text)
    assert again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    assert [again.json()["id"]] == house.orders_saying(text)
    if first.status_code == 201:
        assert first.json()["id"] == again.json()["id"]
    house.check_whole()


@pytest.mark.parametrize("fault", LOST)
async def test_without_a_key_at_most_one_effect(
    house: House, proxy: Proxy, server: Server, fault: Fault
) -> None:
    text = f"commit-{uuid4().hex}"
    trap = proxy.trap(is_commit, fault)
    answer = await _report(house, server, text)
    assert trap.sprung.is_set()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert len(house.orders_saying(text)) == 1
    # The control: who tries again without a key has it twice.
    assert (await _report(house, server, text)).status_code == 201
    assert len(house.orders_saying(text)) == 2


async def _statements(house: House, proxy: Proxy, server: Server) -> list[bytes]:
    """What a report says to the database when the process knows its duties, but not who calls."""
    text = f"count-{uuid4().hex}"
    await _report(house, server, text)
    before = len(proxy.statements)
    assert (await _report(house, server, text, key=text)).status_code == 201
    return [shape(one) for one in proxy.statements[before:]]


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.EAT])
async def test_the_connection_breaks_at_every_single_statement(
    house: House, proxy: Proxy, narrow: Server, fault: Fault
) -> None:
    """Each report comes from a device never seen before, for a caller looked up is remembered for
    0.9 s; and over one connection, for a pool may have to open another, which says more."""
    broken, statements = [], await _statements(house, proxy, narrow)
    for nth in range(1, len(statements) + 1):
        text = f"cut-{nth}-{uuid4().hex}"
        trap = proxy.trap(anything, fault, nth)
        first = await _report(house, narrow, text, key=text)
        proxy.heal()
        broken.append(shape(trap.caught))
        assert first.status_code in (201, 503), (nth, first.text)
        again = await _report(house, narrow, text, key=text)
        assert again.status_code == 201, (nth, again.text)
        assert house.orders_saying(text) == [again.json()["id"]], nth
    assert broken == statements
    house.check_whole()


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.EAT])
async def test_the_connection_breaks_at_every_preparation(
    house: House, proxy: Proxy, narrow: Server, fault: Fault
) -> None:
    """A fresh connection has prepared nothing yet, and breaks while it does: never half an effect,
    and the next try finds its way."""
    broken, preparations = [], await _preparations(house, proxy, narrow)
    for nth in range(1, len(preparations) + 1):
        text = f"prepare-{nth}-{uuid4().hex}"
        proxy.cut_all()
        trap = proxy.trap(anything, fault, nth, of_preparation=True)
        first = await _report(house, narrow, text, key=text)
        proxy.heal()
        broken.append(trap.caught)
        assert first.status_code in (201, 503), (nth, first.text)
        again = await _report(house, narrow, text, key=text)
        assert again.status_code == 201, (nth, again.text)
        assert house.orders_saying(text) == [again.json()["id"]], nth
    assert broken == preparations
    house.check_whole()


async def _preparations(house: House, proxy: Proxy, server: Server) -> list[bytes]:
    """What a report prepares on a connection of its own."""
    text = f"count-{uuid4().hex}"
    await _report(house, server, text)
    proxy.cut_all()
    before = len(proxy.preparations)
    assert (await _report(house, server, text, key=text)).status_code == 201
    return proxy.preparations[before:]


async def test_a_deadlock_is_gone_through_again(house: House, proxy: Proxy, narrow: Server) -> None:
    """A call to the resident holds the order and asks for its clock. A rival has the clock and
    asks for the order. Whoever asks last closes the ring, and MariaDB makes the call give way, for
    the rival has written more. It is done anew, and nobody notices."""
    [order_id] = await house.pooled(narrow, 1)
    rival = house.connection(autocommit=False)
    async with narrow.caller(house.workers[0]) as caller:
        assert (await caller.post(f"/orders/{order_id}/take")).status_code == 200
        before, seen = _deadlocks(house), len(proxy.statements)
        with rival, rival.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO core_schedule (name, next_at) VALUES (%s, NOW())",
                [(f"heavy-{number}",) for number in range(300)],
            )
            cursor.execute(
                "UPDATE order_clock SET paused_seconds = 9 WHERE order_id = %s", (order_id,)
            )
            asks = proxy.trap(holding("UPDATE `order_clock`"), Fault.NONE)
            call = asyncio.ensure_future(caller.post(f"/orders/{order_id}/contact"))
            async with asyncio.timeout(PATIENCE):
                await asks.sprung.wait()
            wants = "UPDATE orders_order SET urged = 9 WHERE id = %s"
            await asyncio.to_thread(cursor.execute, wants, (order_id,))
            rival.rollback()
        answer = await call
    tries = [one for one in proxy.statements[seen:] if b"UPDATE `order_clock`" in one]
    assert _deadlocks(house) > before
    assert len(tries) == 2, "the first try gave way, the second went through"
    assert (answer.status_code, answer.json()["status"]) == (200, "contacted"), answer.text
    assert [one["move"] for one in answer.json()["history"]].count("contact") == 1
    house.check_whole()


def _deadlocks(house: House) -> int:
    return int(house.rows("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")[0]["Value"])
