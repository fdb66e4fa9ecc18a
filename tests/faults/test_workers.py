"""`kill -9` of workers at their worst moments: every effect once, no message sent twice."""

import asyncio
import random
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from backend.core import cache, clock, database
from backend.core.events import emit
from backend.engines.orders import messages
from backend.engines.orders.events import OrderTaken
from backend.foundation.notify import queries as inbox
from backend.foundation.notify import service as notify
from backend.foundation.notify.models import Consent
from backend.sample.caller import eventually
from tests.faults.house import PATIENCE, House, Process, Server, free_port
from tests.faults.proxy import Fault, Proxy, holding, is_commit

EVENTS = 300


async def _inside(house: House, work: Any) -> None:
    """Do something with the models here, in one transaction, as a process of ours would."""
    cache.connect("")
    await database.connect(house.url)
    try:
        async with database.transaction():
            await work
    finally:
        await database.disconnect()


def _waiting(house: House) -> int:
    return house.count(
        "SELECT COUNT(*) FROM core_job WHERE name NOT IN (SELECT name FROM core_schedule)"
    )


async def _leases_run_out(house: House) -> None:
    """As if a minute had passed since the last job was leased: living workers lose theirs, too."""
    await house.execute(
        "UPDATE core_job SET run_at = UTC_TIMESTAMP(6) WHERE owner <> '' AND is_dead = 0"
    )


async def _until_done(house: House, seconds: float = PATIENCE) -> None:
    """Until nothing waits; what is put off to later is done at once."""
    for _ in range(int(seconds / 0.05)):
        if _waiting(house) == 0:
            return
        await house.execute(
            "UPDATE core_job SET run_at = UTC_TIMESTAMP(6) "
            "WHERE owner = '' AND run_at > UTC_TIMESTAMP(6)"
        )
        await asyncio.sleep(0.05)
    left = house.rows("SELECT name, attempts, is_dead, run_at, error FROM core_job LIMIT 5")
    left += house.rows(
        "SELECT status, reason, errcode, COUNT(*) AS n FROM notify_delivery "
        "GROUP BY status, reason, errcode"
    )
    raise AssertionError(f"still waiting: {left}")


def _worker(house: House, stack: ExitStack, port: int = 0, **more: str) -> Process:
    environ = house.environ(database_port=port, **more)
    return stack.enter_context(house.process("backend.cli", "worker", environ=environ))


async def test_every_effect_once(house: House, proxy: Proxy, server: Server) -> None:
    """One worker dies after its work and before it says so, then once more after the COMMIT whose
    answer it does not live to see, then at random; another is killed at random beside it."""
    orders = await house.pooled(server, EVENTS)
    handler = house.ids[house.workers[0]]
    marks = ",".join(map(str, orders))
    await house.execute(
        f"UPDATE orders_order SET status = 'taken', handler_id = {handler} WHERE id IN ({marks})"
    )
    await house.execute("DELETE FROM core_job")
    await _inside(house, _tell_taken(house, orders, handler))
    with ExitStack() as stack:
        doomed = _worker(house, stack, proxy.port)
        rival = _worker(house, stack)
        for matches, fault in (
            (holding("DELETE FROM core_job"), Fault.CUT),
            (is_commit, Fault.EAT),
        ):
            trap = proxy.trap(matches, fault, then=doomed.kill)
            async with asyncio.timeout(PATIENCE):
                await trap.sprung.wait()
            await _leases_run_out(house)
            doomed.start()
        await asyncio.sleep(random.uniform(0, 0.3))
        rival.kill()
        await _leases_run_out(house)
        rival.start()
        await _until_done(house)
    told = house.rows(
        "SELECT link, COUNT(*) AS n FROM notify_message "
        "WHERE template = 'orders.taken' GROUP BY link"
    )
    links = {messages.DETAIL.format(order_id) for order_id in orders}
    assert {one["link"]: one["n"] for one in told if one["link"] in links} == dict.fromkeys(
        links, 1
    )


async def _tell_taken(house: House, orders: list[int], handler: int) -> None:
    for order_id in orders:
        await emit(
            OrderTaken(
                order_id=order_id,
                event_id=1,
                kind="complaint",
                grade="yellow",
                actor_id=handler,
                reporter_id=house.ids[house.residents[0]],
                handler_id=handler,
                party="community",
                unit_id=None,
                community_id=house.area_id,
            )
        )


async def test_no_message_is_sent_twice(house: House, tmp_path: Path) -> None:
    """The worker dies with calls to WeChat under way. What it was sending is `unknown`, and stays
    unsent; everything else goes out once."""
    await house.execute("DELETE FROM core_job")
    await house.execute("DELETE FROM notify_delivery")
    port = free_port()
    templates = tmp_path / "templates.json"
    wechat = f"http://127.0.0.1:{port}"
    templates.write_text(inbox.templates_for_wechat(), encoding="utf-8")
    await _inside(house, _tell(house, house.workers))
    mock = ("wechat_mock", "--port", str(port), "--templates", str(templates))
    with ExitStack() as stack:
        process = stack.enter_context(house.process(*mock, environ=house.environ()))
        await process.answers(f"{wechat}/")
        async with httpx.AsyncClient(base_url=wechat, trust_env=False) as control:
            await _consent(house, control)
            slow = {"path": "/cgi-bin/message/subscribe/send", "times": 1000, "latency_ms": 400}
            await control.post("/control/errors", json={**slow, "is_late": True})
            doomed = _worker(house, stack, LINLI_WECHAT_URL=wechat)
            await eventually(lambda: _delivered(control), bool, seconds=PATIENCE)
            doomed.kill()
            await _leases_run_out(house)
            await house.execute(
                "UPDATE notify_delivery SET started_at = started_at - INTERVAL 1 HOUR"
            )
            await _inside(house, _tell(house, house.residents))
            _worker(house, stack, LINLI_WECHAT_URL=wechat)
            await _until_done(house)
            sent = Counter(await _delivered(control))
    status = {
        one["status"]: one["n"]
        for one in house.rows("SELECT status, COUNT(*) AS n FROM notify_delivery GROUP BY status")
    }
    assert set(sent.values()) == {1}, "a message went out twice"
    assert set(status) == {"sent", "unknown"}, status
    assert status["sent"] + status["unknown"] == len(house.workers) + len(house.residents)
    # Whatever we call sent has arrived; of what is unknown, some may have.
    assert status["sent"] <= len(sent)


async def _tell(house: House, people: list[str]) -> None:
    """One message to each, urgent, for those also go out at night."""
    for token in people:
        user_id = house.ids[token]
        await Consent.create(user_id=user_id, template=messages.NEAR.key, quota=1)
        values = {"title": f"第{user_id}件", "clock": "联系", "due": clock.now()}
        await notify.send(messages.NEAR, to=user_id, **values)


async def _consent(house: House, control: httpx.AsyncClient) -> None:
    for token in house.ids:
        openid = token.replace("token-of", "openid")
        asked = {"openid": openid, "template_id": messages.NEAR.key}
        (await control.post("/control/subscribe", json=asked)).raise_for_status()


async def _delivered(control: httpx.AsyncClient) -> list[str]:
    """The titles of what arrived."""
    found = (await control.get("/control/messages")).json()["items"]
    return [one["data"]["thing1"] for one in found]
