"""`kill -9` between a call to WeChat Pay and what is written down of it: WeChat has done it, and we
have not heard. Afterwards nothing is doubled, nothing lost, and our number was used again."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.core import cache, database
from backend.core.actor import SYSTEM, Actor
from backend.engines.ledgers import queries as books
from backend.engines.payments import service as payments
from backend.engines.payments.service import Line
from backend.engines.refunds import service as refunds
from backend.engines.refunds.service import RefundLine
from backend.integrations import wechat_pay_keys
from backend.sample.caller import eventually
from tests.engines.checkouts import bank
from tests.faults.house import PATIENCE, House, Server, free_port

AMOUNT = 12800
PREPAY = "/v3/pay/transactions/jsapi"
QUERY = "/v3/pay/transactions/out-trade-no/{out_trade_no}"
CLOSE = f"{QUERY}/close"
REFUND = "/v3/refund/domestic/refunds"
LONG = 5000
WORKER = ("backend.cli", "worker")
NOW = "UTC_TIMESTAMP(6)"


@dataclass
class Counter:
    """A merchant with an account at the stand-in of WeChat, which tells nobody anything."""

    house: House
    server: Server
    control: httpx.AsyncClient
    environ: dict[str, str]

    # -- what we do ------------------------------------------------------------------------------
    async def opened(self) -> payments.Payment:
        async def work() -> payments.Payment:
            payee = await payments.payee("firm", 1, "锦绣物业")
            return await payments.open_payment(
                Actor(self.house.ids[self.house.residents[0]]),
                purpose="testing",
                payee_id=payee.id,
                title="物业费",
                lines=[Line("bill:1", "物业费", AMOUNT, payee.account)],
                area_path="/1/",
            )

        return await self.inside(work)

    async def inside(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """In one transaction, as a process of ours would."""
        cache.connect("")
        await database.connect(self.house.url)
        try:
            async with database.transaction():
                return await work()
        finally:
            await database.disconnect()

    async def call(self, path: str) -> httpx.Response:
        async with self.server.caller(self.house.residents[0]) as caller:
            return await caller.post(path, json={})

    async def begun(self) -> payments.Payment:
        """Opened, and placed at WeChat."""
        one = await self.opened()
        assert (await self.call(f"/payments/{one.id}/prepay")).status_code == 200
        return one

    async def paid_there(self, one: payments.Payment) -> None:
        order = (await self.orders(one))[0]
        asked = {"prepay_id": order["prepay_id"], "quietly": True}
        (await self.control.post("/control/pay/pay", json=asked)).raise_for_status()

    # -- what WeChat knows -----------------------------------------------------------------------
    async def orders(self, one: payments.Payment) -> list[dict[str, Any]]:
        found = await self.control.get("/control/pay/orders", params={"out_trade_no": one.number})
        return list(found.json()["items"])

    async def delays(self, path: str) -> None:
        """The next answer to a call of this path takes long, after the work was done."""
        late = {"path": path, "latency_ms": LONG, "is_late": True}
        (await self.control.post("/control/errors", json=late)).raise_for_status()

    async def is_under_way(self) -> None:
        """Until that call has come in."""

        async def waiting() -> list[Any]:
            return list((await self.control.get("/control/state")).json()["errors"])

        await eventually(waiting, lambda left: not left, seconds=PATIENCE)

    # -- what dies -------------------------------------------------------------------------------
    async def killed_at(self, path: str, command: tuple[str, ...] = WORKER, **more: str) -> None:
        """A worker that dies while WeChat's answer to this call is on its way."""
        await self.delays(path)
        with self.house.process(*command, environ=self.environ | more) as doomed:
            await self.is_under_way()
            doomed.kill()
        await self.house.execute(f"UPDATE core_job SET run_at = {NOW} WHERE owner <> ''")

    async def until(self, sql: str, wanted: Any) -> None:
        """A new worker goes on until the row says so."""

        async def is_so() -> bool:
            return bool(next(iter(self.house.rows(sql)[0].values())) == wanted)

        with self.house.process(*WORKER, environ=self.environ):
            await self.waited_for(is_so)

    async def waited_for(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Until it is so; what a worker would wait for is hastened."""

        async def hastened() -> bool:
            for table, column in (("checkouts_checkout", "ask_at"), ("refunds_refund", "next_at")):
                await self.house.execute(
                    f"UPDATE {table} SET {column} = {NOW} WHERE {column} > {NOW}"
                )
            # One refund of a payment a minute.
            await self.house.execute("UPDATE payments_payment SET refund_sent_at = NULL")
            return await is_so()

        await eventually(hastened, bool, seconds=PATIENCE)

    def posted(self, key: str) -> int:
        return self.house.count("SELECT COUNT(*) FROM ledgers_posting WHERE `key` LIKE %s", key)

    async def agrees(self) -> None:
        assert await self.inside(books.check) == []


@pytest.fixture(scope="module")
async def counter(house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    folder = tmp_path_factory.mktemp("pay")
    wechat_pay_keys.make(folder)
    port = free_port()
    wechat = f"http://127.0.0.1:{port}"
    more = {
        "LINLI_WECHAT_URL": wechat,
        "LINLI_WECHAT_APPID": bank.APPID,
        "LINLI_WECHAT_PAY_MCHID": bank.MCHID,
        "LINLI_WECHAT_PAY_SERIAL": "5A3D1E",
        "LINLI_WECHAT_PAY_APIV3_KEY": bank.APIV3_KEY,
        "LINLI_WECHAT_PAY_PRIVATE_KEY": str(folder / "merchant.key.pem"),
        "LINLI_WECHAT_PAY_PUBLIC_KEY": str(folder / "wechat.pub.pem"),
        "LINLI_WECHAT_PAY_PUBLIC_KEY_ID": bank.PUBLIC_KEY_ID,
    }
    mock = ("wechat_mock", "--port", str(port), "--pay", json.dumps(_account(folder)))
    with (
        house.process(*mock, environ=house.environ()) as process,
        house.api(**more) as server,
    ):
        await process.answers(f"{wechat}/")
        await server.ready()
        async with httpx.AsyncClient(base_url=wechat, trust_env=False) as control:
            policy = {"is_silent": True, "refund_seconds": 0}
            (await control.post("/control/pay/policy", json=policy)).raise_for_status()
            yield Counter(house, server, control, house.environ(**more))


def _account(folder: Path) -> dict[str, str]:
    return {
        "mchid": bank.MCHID,
        "appid": bank.APPID,
        "serial": "5A3D1E",
        "public_key": str(folder / "merchant.pub.pem"),
        "private_key": str(folder / "wechat.key.pem"),
        "public_key_id": bank.PUBLIC_KEY_ID,
        "apiv3_key": bank.APIV3_KEY,
    }


STATUS = "SELECT status FROM {} WHERE id = {}"


async def test_prepay(counter: Counter) -> None:
    """The API dies; whoever presses the button again pays the same order."""
    one = await counter.opened()
    await counter.delays(PREPAY)
    asking = asyncio.ensure_future(counter.call(f"/payments/{one.id}/prepay"))
    await counter.is_under_way()
    counter.server.process.kill()
    with pytest.raises(httpx.TransportError):
        await asking
    counter.server.process.start()
    await counter.server.ready()
    first = (await counter.orders(one))[0]["prepay_id"]
    sheet = await counter.call(f"/payments/{one.id}/prepay")
    assert sheet.json()["package"] == f"prepay_id={first}"
    assert len(await counter.orders(one)) == 1
    await counter.paid_there(one)
    await counter.until(STATUS.format("payments_payment", one.id), "paid")
    assert counter.posted(f"payment:{one.id}") == 1
    await counter.agrees()


async def test_query(counter: Counter) -> None:
    one = await counter.begun()
    await counter.paid_there(one)
    await counter.killed_at(QUERY)
    assert counter.posted(f"payment:{one.id}") == 0
    await counter.until(STATUS.format("payments_payment", one.id), "paid")
    assert counter.posted(f"payment:{one.id}") == 1
    await counter.agrees()


async def test_close(counter: Counter) -> None:
    """Closed there, and not here: it is asked again, and then closed here as well."""
    one = await counter.begun()
    assert (await counter.call(f"/payments/{one.id}/close")).status_code == 200
    await counter.killed_at(CLOSE)
    ended = f"SELECT ended FROM checkouts_checkout WHERE payment_id = {one.id}"
    assert counter.house.rows(ended)[0]["ended"] == ""
    assert [order["trade_state"] for order in await counter.orders(one)] == ["CLOSED"]
    await counter.until(ended, "closed")
    assert counter.posted(f"payment:{one.id}") == 0
    await counter.agrees()


async def _promised(counter: Counter) -> tuple[payments.Payment, refunds.Refund]:
    """A payment that is paid, and a refund of a part of it that nobody has asked for yet."""
    one = await counter.begun()
    await counter.paid_there(one)
    await counter.until(STATUS.format("payments_payment", one.id), "paid")
    lines = [RefundLine("bill:1", 5000)]

    async def work() -> refunds.Refund:
        key = f"back:{one.id}"
        return await refunds.refund(SYSTEM, one.id, key=key, lines=lines, reason="多收了")

    return one, await counter.inside(work)


async def _returned(counter: Counter, one: payments.Payment) -> list[str]:
    """The numbers under which WeChat gave something back."""
    return [each["out_refund_no"] for each in (await counter.orders(one))[0]["refunds"]]


async def test_refund(counter: Counter) -> None:
    one, back = await _promised(counter)
    await counter.killed_at(REFUND)
    assert await _returned(counter, one) == [back.number]
    await counter.until(STATUS.format("refunds_refund", back.id), "succeeded")
    assert await _returned(counter, one) == [back.number]
    assert counter.posted(f"refund:{back.id}:%") == 2, "held, and done"
    await counter.agrees()


async def test_the_control_goes_red(counter: Counter) -> None:
    """A new number on every try: the same death, and WeChat gives it back twice."""
    careless, about = ("tests.faults.careless", "worker"), {"CARELESS_ABOUT": "number"}
    one, _ = await _promised(counter)
    await counter.killed_at(REFUND, careless, **about)
    assert len(await _returned(counter, one)) == 1
    await counter.control.post("/control/clock", json={"advance_seconds": 90})

    async def is_twice() -> bool:
        return len(await _returned(counter, one)) == 2

    with counter.house.process(*careless, environ=counter.environ | about):
        await counter.waited_for(is_twice)
