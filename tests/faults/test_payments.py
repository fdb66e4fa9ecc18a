"""A notification of a payment, and the database lost under it at every statement, at its COMMIT,
or the API killed: WeChat sends again, and the money is booked once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from backend.core import cache, clock, database
from backend.core.actor import Actor
from backend.engines.checkouts.models import Checkout
from backend.engines.ledgers import queries as books
from backend.engines.payments import service as payments
from backend.engines.payments.service import Line
from tests.engines.checkouts import bank
from tests.faults.conftest import DEADLINE
from tests.faults.house import House, Server
from tests.faults.proxy import Fault, Proxy, anything, is_commit, shape

HIT = "/wechat/pay/notify"
AMOUNT = 12800
Word = tuple[dict[str, str], bytes]


def _settings() -> dict[str, str]:
    account = bank.merchant()
    return {
        "LINLI_WECHAT_APPID": bank.APPID,
        "LINLI_WECHAT_PAY_MCHID": bank.MCHID,
        "LINLI_WECHAT_PAY_PRIVATE_KEY": account.private_key,
        "LINLI_WECHAT_PAY_PUBLIC_KEY": account.public_key,
        "LINLI_WECHAT_PAY_PUBLIC_KEY_ID": account.public_key_id,
        "LINLI_REQUEST_DEADLINE": str(DEADLINE),
    }


@pytest.fixture(scope="module")
async def till(house: House, line: tuple[Proxy, Server]) -> AsyncIterator[Server]:
    """An API behind the proxy that knows the merchant's keys, with one connection."""
    with house.api(line[0].port, LINLI_DATABASE_POOL="1", **_settings()) as server:
        yield await server.ready()


@contextmanager
def _connected() -> Iterator[None]:
    cache.connect("")
    yield


async def _begun(house: House, count: int) -> list[tuple[int, Word]]:
    """So many payments that were begun at WeChat, each with the word that it is paid."""
    with _connected():
        await database.connect(house.url)
        try:
            async with database.transaction():
                return [await _begin(house) for _ in range(count)]
        finally:
            await database.disconnect()


async def _begin(house: House) -> tuple[int, Word]:
    payee = await payments.payee("firm", 1, "锦绣物业")
    opened = await payments.open_payment(
        Actor(house.ids[house.residents[0]]),
        purpose="testing",
        payee_id=payee.id,
        title="物业费",
        lines=[Line("bill:1", "物业费", AMOUNT, payee.account)],
        area_path="/1/",
    )
    await payments.hold(opened.id, is_held=True)
    await Checkout.create(
        payment_id=opened.id,
        number=opened.number,
        appid=bank.APPID,
        mchid=bank.MCHID,
        amount=AMOUNT,
        begun_at=clock.now(),
        expires_at=opened.expires_at,
        ask_at=clock.now() + timedelta(hours=1),
    )
    said = {
        "mchid": bank.MCHID,
        "appid": bank.APPID,
        "out_trade_no": opened.number,
        "transaction_id": uuid4().hex,
        "trade_state": "SUCCESS",
        "success_time": bank.MOMENT,
        "amount": {"total": AMOUNT, "currency": "CNY"},
    }
    return opened.id, bank.notification(said)


async def _tell(server: Server, word: Word) -> int:
    async with server.caller() as caller:
        return (await caller.post(HIT, headers=word[0], content=word[1])).status_code


def _booked(house: House, payment_id: int) -> tuple[str, int]:
    """The payment's status, and how often its money stands in the books."""
    found = house.rows("SELECT status FROM payments_payment WHERE id = %s", payment_id)
    times = house.count(
        "SELECT COUNT(*) FROM ledgers_entry e JOIN ledgers_posting p ON p.id = e.posting_id "
        "WHERE p.`key` = %s AND e.amount = %s",
        f"payment:{payment_id}",
        AMOUNT,
    )
    return found[0]["status"], times


async def _disagreements(house: House) -> list[str]:
    with _connected():
        await database.connect(house.url)
        try:
            return await books.check()
        finally:
            await database.disconnect()


async def _agrees(house: House) -> None:
    assert await _disagreements(house) == []


@pytest.mark.parametrize("fault", [Fault.EAT, Fault.SWALLOW])
async def test_the_answer_to_commit_is_lost(
    house: House, proxy: Proxy, till: Server, fault: Fault
) -> None:
    [(payment_id, word)] = await _begun(house, 1)
    trap = proxy.trap(is_commit, fault)
    first = await _tell(till, word)
    assert trap.sprung.is_set()
    assert first in (204, 500, 503)
    proxy.heal()
    assert await _tell(till, word) == 204
    assert _booked(house, payment_id) == ("paid", 1)
    await _agrees(house)


async def test_lost_at_every_single_statement(house: House, proxy: Proxy, till: Server) -> None:
    """Either nothing of it has happened, or all of it; the next word completes it."""
    [(_, word)] = await _begun(house, 1)
    before = len(proxy.statements)
    assert await _tell(till, word) == 204
    statements = [shape(one) for one in proxy.statements[before:]]
    broken = []
    for nth, (payment_id, word) in enumerate(await _begun(house, len(statements)), 1):
        trap = proxy.trap(anything, Fault.CUT, nth)
        first = await _tell(till, word)
        proxy.heal()
        broken.append(shape(trap.caught))
        assert _booked(house, payment_id) in ({("paid", 1)} if first == 204 else ALL_OR_NOTHING)
        assert await _tell(till, word) == 204, nth
        assert _booked(house, payment_id) == ("paid", 1), nth
    assert broken == statements
    await _agrees(house)


ALL_OR_NOTHING = {("paid", 1), ("unpaid", 0)}


async def test_killed_under_it(house: House) -> None:
    """`kill -9` while forty notifications come in, each until it is taken."""
    begun = await _begun(house, 40)
    with house.api(**_settings()) as server:
        await server.ready()

        async def insist(word: Word) -> None:
            for _ in range(400):
                try:
                    if await _tell(server, word) == 204:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
            raise AssertionError("never taken")

        telling = [asyncio.ensure_future(insist(word)) for _, word in begun for _ in range(2)]
        while not any(one.done() for one in telling):  # noqa: ASYNC110 - the first of many
            await asyncio.sleep(0.01)
        server.process.kill()
        server.process.start()
        await asyncio.gather(*telling)
    assert {_booked(house, payment_id) for payment_id, _ in begun} == {("paid", 1)}
    await _agrees(house)


@contextmanager
def _without_the_key(house: House) -> Iterator[None]:
    """The books take the same key twice meanwhile; afterwards they are as they should be."""
    with house.connection() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW INDEX FROM ledgers_posting WHERE Column_name = 'key'")
        name = cursor.fetchall()[0]["Key_name"]
        cursor.execute(f"ALTER TABLE ledgers_posting DROP INDEX `{name}`")
        try:
            yield
        finally:
            twice = "SELECT MAX(id) AS id FROM ledgers_posting GROUP BY `key` HAVING COUNT(*) > 1"
            cursor.execute(twice)
            for row in cursor.fetchall():
                cursor.execute("DELETE FROM ledgers_entry WHERE posting_id = %s", row["id"])
                cursor.execute("DELETE FROM ledgers_posting WHERE id = %s", row["id"])
            cursor.execute(f"ALTER TABLE ledgers_posting ADD UNIQUE INDEX `{name}` (`key`)")


async def _told_twice(house: House, server: Server) -> tuple[int, list[str]]:
    """How often the money stands in the books after two words of it, and what the check says."""
    [(payment_id, word)] = await _begun(house, 1)
    for _ in range(2):
        assert await _tell(server, word) == 204
    return _booked(house, payment_id)[1], await _disagreements(house)


async def test_the_control_goes_red(house: House) -> None:
    """The product's own way, told twice of one payment. It looks whether the word only repeats what
    is known, it looks at the payment, and the books have a key: each of them alone is enough, and
    without all three the money is booked twice and both checks see it."""
    careless = {"command": ("tests.faults.careless", "serve"), **_settings()}
    for about in ("word", "repeats"):
        with house.api(**careless, CARELESS_ABOUT=about) as server:
            await server.ready()
            with _without_the_key(house):
                assert await _told_twice(house, server) == (1, []), about
    with house.api(**careless, CARELESS_ABOUT="word,repeats") as server:
        await server.ready()
        assert await _told_twice(house, server) == (1, [])
        with _without_the_key(house):
            times, found = await _told_twice(house, server)
    assert times == 2
    assert [one for one in found if one.endswith(": 2 postings")] == found != []
    await _agrees(house)
