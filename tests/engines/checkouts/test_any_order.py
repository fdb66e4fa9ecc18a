"""Notifications, refunds, closes and other money in any order: in the end our books say what
WeChat's do, to the fen, and the ledger agrees with itself."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.core import clock, database
from backend.core.actor import SYSTEM
from backend.core.errors import LinliError
from backend.engines.checkouts import service as checkouts
from backend.engines.ledgers import queries as books
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment
from backend.engines.payments.schemas import CounterBody
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.engines.refunds.service import RefundLine
from tests.engines.checkouts.bank import MCHID, STRANGERS
from tests.engines.checkouts.conftest import Desk
from tests.engines.payments.conftest import BALANCE

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
TABLES = (
    "payments_payment",
    "payments_line",
    "payments_quarantine",
    "checkouts_checkout",
    "refunds_refund",
    "ledgers_posting",
    "ledgers_entry",
    "ledgers_account",
    "core_job",
    "notify_message",
)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("prepay", "pay", "pay", "tell", "tell", "forge", "close", "check"),
                *("balance", "balance", "counter", "refund", "refund", "end", "end"),
                *("lose", "beat", "beat", "wait"),
            ]
        ),
        st.integers(0, 1),
        st.integers(0, 5),
    ),
    min_size=6,
    max_size=30,
)


class Walk:
    """Two payments, one of them begun, and whatever happens to them."""

    def __init__(self, desk: Desk, traveller: time_machine.Traveller) -> None:
        self.desk, self.traveller = desk, traveller
        self.opened: list[Payment] = []
        self.steps = 0

    async def begin(self) -> None:
        for table in TABLES:
            await database.execute(f"DELETE FROM {table}")
        for known in (self.desk.bank.orders, self.desk.bank.refunds, self.desk.bank.lose):
            known.clear()
        await self.desk.till.top_up(15000)
        self.opened = [await self.desk.till.open("resident", 5000, 2000) for _ in range(2)]
        await self.prepay(self.opened[0], 0)

    async def step(self, action: str, which: int, number: int) -> None:
        self.steps += 1
        with suppress(LinliError):
            await getattr(self, action)(self.opened[which], number)
        assert await books.check() == []

    async def prepay(self, one: Payment, _: int) -> None:
        await checkouts.prepay(self.desk.till.actors["resident"], one.id)

    async def pay(self, one: Payment, _: int) -> None:
        order = self.desk.bank.orders.get(one.number)
        if order and order["state"] == "NOTPAY" and clock.now() < one.expires_at:
            self.desk.bank.pay(one.number)

    async def tell(self, one: Payment, number: int) -> None:
        order = self.desk.bank.orders.get(one.number)
        if order and order["state"] == "SUCCESS":
            for _ in range(number):
                assert await self.desk.tell(self.desk.bank.told(one.number)) == 204

    async def forge(self, one: Payment, _: int) -> None:
        word: dict[str, Any] = {"out_trade_no": one.number, "trade_state": "SUCCESS"}
        assert await self.desk.tell(word, key=STRANGERS) == 401

    async def close(self, one: Payment, _: int) -> None:
        async with database.transaction():
            await payments.close(self.desk.till.actors["resident"], one.id)

    async def check(self, one: Payment, _: int) -> None:
        await checkouts.check(self.desk.till.actors["resident"], one.id)

    async def balance(self, one: Payment, _: int) -> None:
        async with database.transaction():
            actor = self.desk.till.actors["resident"]
            await payments.pay_from_balance(actor, one.id, BALANCE)

    async def counter(self, one: Payment, _: int) -> None:
        async with database.transaction():
            body = CounterBody(method="cash", receipt_no=f"R{self.steps}")
            await payments.record_at_counter(self.desk.till.actors["cashier"], one.id, body)

    async def refund(self, one: Payment, number: int) -> None:
        async with database.transaction():
            lines = [RefundLine(f"bill:{1 + number % 2}", 1500 if number < 3 else 2000)]
            key = f"back-{one.id}-{number}"
            await refunds.refund(SYSTEM, one.id, key=key, lines=lines, reason="多收了")

    async def end(self, one: Payment, number: int) -> None:
        """A refund ends at WeChat; we are told, or not, or twice."""
        state = ("SUCCESS", "CLOSED", "ABNORMAL", "SUCCESS", "SUCCESS", "CLOSED")[number]
        for made in await Refund.filter(payment_id=one.id):
            known = self.desk.bank.refunds.get(made.number)
            if known and known["state"] in ("PROCESSING", "ABNORMAL"):
                word = self.desk.bank.refund_word(made.number, state)
                for _ in range(number % 3):
                    assert await self.desk.tell(word, "refund") == 204

    async def lose(self, _: Payment, number: int) -> None:
        """The next answers of this kind are lost."""
        self.desk.bank.lose.clear()
        if number < 4:
            self.desk.bank.lose.add(("jsapi", "refunds", "close", "out-trade-no")[number])

    async def beat(self, _: Payment, __: int) -> None:
        await self.desk.beat()

    async def wait(self, _: Payment, number: int) -> None:
        self.traveller.shift(timedelta(minutes=number * 3))

    async def finish(self) -> None:
        """An hour passes and every answer arrives; what is abnormal is settled by a person."""
        self.desk.bank.lose.clear()
        for _ in range(12):
            self.traveller.shift(timedelta(minutes=5))
            await self.desk.beat()
        for known in self.desk.bank.refunds.values():
            if known["state"] == "PROCESSING":
                known["state"] = "SUCCESS"
        for _ in range(30):
            self.traveller.shift(timedelta(minutes=30))
            await self.desk.beat()

    async def agrees(self) -> None:
        bank = self.desk.bank
        assert await books.check() == []
        came = sum(
            one["terms"]["amount"]["total"]
            for one in bank.orders.values()
            if one["state"] == "SUCCESS"
        )
        went = sum(
            one["terms"]["amount"]["refund"]
            for one in bank.refunds.values()
            if one["state"] == "SUCCESS"
        )
        assert await books.balance(f"wechat:{MCHID}") == went - came
        for one in await Payment.filter(id__in=[known.id for known in self.opened]):
            is_paid_there = bank.orders.get(one.number, {}).get("state") == "SUCCESS"
            assert one.status.value in ("paid", "closed"), "everything ends"
            assert one.status.value == "paid" or not is_paid_there
            assert not one.is_held
        await self._nothing_hangs()

    async def _nothing_hangs(self) -> None:
        for one in await Refund.all():
            left = await books.balance(f"refunding:{one.id}")
            is_open = one.status.value in ("requested", "abnormal")
            assert left == (one.amount if is_open else 0), one.status
            assert one.status.value != "processing"
            if one.status.value == "requested":
                assert one.method.value == "cash", "the cashier's turn"


@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=ACTIONS)
def test_any_order(desk: Desk, actions: list[tuple[str, int, int]]) -> None:
    asyncio.get_event_loop().run_until_complete(_walk(desk, actions))


async def _walk(desk: Desk, actions: list[tuple[str, int, int]]) -> None:
    with time_machine.travel(clock.now().replace(microsecond=0), tick=False) as traveller:
        walk = Walk(desk, traveller)
        await walk.begin()
        for action in actions:
            await walk.step(*action)
        await walk.finish()
        await walk.agrees()
