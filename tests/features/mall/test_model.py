"""Points and the mall against a model, by chance: nothing is lost, doubled or oversold."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Post, Role
from backend.core.database import execute, transaction
from backend.core.errors import LinliError
from backend.engines.awards import service as awards
from backend.engines.awards.models import Award
from backend.engines.awards.schemas import AwardRuling
from backend.engines.ledgers import queries as ledgers
from backend.engines.points import queries as bank
from backend.engines.points import rules
from backend.engines.points import service as points
from backend.engines.points.models import PointLot
from backend.engines.points.schemas import TransferNew
from backend.engines.shelves import service as shelves
from backend.engines.shelves.models import ShelfStock
from backend.engines.shelves.schemas import GoodNew, PlaceNew, StockBody
from backend.features.mall import queries, service
from backend.features.mall.schemas import CodeBody, MoveBody, Redeem
from tests.engines.points.conftest import Bank, city, frozen, house

__all__ = ["city", "frozen", "house"]

PRICE, STOCK, EACH, DAILY = 30, 6, 5, 200
PEOPLE = ("ann", "dad", "bob")
TABLES = (
    *(
        "core_job",
        "ledgers_posting",
        "ledgers_entry",
        "ledgers_account",
        "ledgers_checkpoint",
        "points_lot",
    ),
    *("points_hold", "points_hold_part", "points_transfer", "awards_award", "awards_earner"),
    *("shelves_place", "shelves_good", "shelves_stock", "shelves_movement", "shelves_taking"),
    *("mall_redemption", "audit_entry"),
)
who, amounts = st.sampled_from(PEOPLE), st.integers(1, 130)

Lots = Counter[datetime]


def first_out(lots: Lots, amount: int, first: datetime | None = None) -> Lots:
    """Take so many off the lots, those of `first` before all others, else by their ends."""
    taken: Lots = Counter()
    for end in sorted(lots, key=lambda one: (one != first, one)):
        size = min(lots[end], amount - taken.total())
        taken[end] += size
        lots[end] -= size
    assert taken.total() == amount
    return +taken


@dataclass
class Model:
    """What should be: lots by their ends, what is set aside, what is owed, the shelf."""

    lots: dict[str, Lots] = field(default_factory=lambda: {one: Counter() for one in PEOPLE})
    owed: Counter[str] = field(default_factory=Counter)
    pool: int = 0
    stock: int = STOCK
    taken: Counter[str] = field(default_factory=Counter)
    awards: dict[int, tuple[str, int, datetime, str]] = field(default_factory=dict)
    earned: Counter[tuple[str, Any]] = field(default_factory=Counter)
    redeemed: dict[int, tuple[str, int, Lots, str]] = field(default_factory=dict)
    """id → whose, how many, of which lots, the code. Those that wait."""

    def live(self, name: str) -> int:
        return sum(size for end, size in self.lots[name].items() if end > clock.now())

    def end(self, name: str) -> None:
        """What has ended goes to the pool, as it does before anything is taken."""
        for one in [end for end in self.lots[name] if end <= clock.now()]:
            self.pool += self.lots[name].pop(one)

    def come(self, name: str, lots: Lots) -> None:
        """What comes in pays what is owed with what goes out first, of what has not ended."""
        self.lots[name] += lots
        size = min(self.owed[name], self.live(name))
        living = Counter({e: n for e, n in self.lots[name].items() if e > clock.now()})
        self.lots[name] -= first_out(living, size)
        self.owed[name] -= size

    def give_back(self, redemption_id: int) -> None:
        name, count, lots, _ = self.redeemed.pop(redemption_id)
        self.stock += count
        self.taken[name] -= count
        self.come(name, lots)


class Life(RuleBasedStateMachine):
    """One community with a family, a neighbour, one good on one shelf."""

    house: ClassVar[Bank]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.get_event_loop()
        self.model = Model()
        self.codes: list[tuple[int, str]] = []
        self.moved = timedelta()
        spring = self.house.city.spring
        self.clerk = Actor(99_999, (Post(1, Role.SECRETARY, spring.id, spring.path or ""),))
        self.loop.run_until_complete(self._open())
        # Everybody begins with two lots, which end at different times.
        for number, name in enumerate((*PEOPLE, *PEOPLE), start=100):
            self._award(name, 60, number)
            self._wait(62 if number == 102 else 0)

    async def _open(self) -> None:
        for table in TABLES:
            await execute(f"DELETE FROM {table}")
        spring = self.house.city.spring.id
        async with transaction():
            where = PlaceNew(area_id=spring, name="积分超市", address="一楼", hours="每天")
            self.place = (await shelves.open_place(SYSTEM, where)).id
            new = GoodNew(area_id=spring, name="肥皂", price=PRICE, per_person=EACH, span="ever")
            self.soap = (await shelves.offer(SYSTEM, new)).id
            came = StockBody(place_id=self.place, cause="in", quantity=STOCK, note="配送")
            await shelves.restock(SYSTEM, self.soap, came)

    def teardown(self) -> None:
        clock.move(-self.moved)

    def do(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """The work in a transaction; the code of what is wrong instead."""

        async def inside() -> Any:
            try:
                async with transaction():
                    return await work()
            except LinliError as error:
                return error.code

        return self.loop.run_until_complete(inside())

    def actor(self, name: str) -> Actor:
        return Actor(self.house.ids[name])

    # -- what people do ----------------------------------------------------------------------------
    @rule(name=who, amount=amounts, number=st.integers(0, 12))
    def award(self, name: str, amount: int, number: int) -> None:
        self._award(name, amount, number)

    def _award(self, name: str, amount: int, number: int) -> None:
        path = self.house.city.spring.path or ""
        deed = awards.Deed(self.house.ids[name], amount, "帮助邻居", "help", path)
        found = self.do(lambda: awards.award(deed, key=f"deed:{number}"))
        model = self.model
        if number in model.awards:
            assert (found == "idempotency_key_reused") == (model.awards[number][0] != name)
            return
        day = (name, clock.today())
        size = min(amount, DAILY - model.earned[day])
        assert (found.amount, found.status.value) == (size, "granted" if size else "refused")
        end = rules.end_of(clock.now(), 24)
        model.awards[number] = (name, size, end, found.status.value)
        model.earned[day] += size
        if size:
            model.come(name, Counter({end: size}))

    @precondition(lambda self: self.model.awards)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        """Also a second time, and what was refused."""
        model = self.model
        number = data.draw(st.sampled_from(sorted(model.awards)))
        name, size, end, status = model.awards[number]
        one = self.loop.run_until_complete(Award.get(key=f"deed:{number}"))
        ruling = AwardRuling(grounds="记录有误，收回")
        found = self.do(lambda: awards.reverse(self.clerk, one.id, ruling))
        if status != "granted":
            assert found == "wrong_state"
            return
        model.end(name)
        had = min(size, model.live(name))
        first_out(model.lots[name], had, end)
        model.owed[name] += size - had
        assert found.owed == size - had
        model.awards[number] = (name, size, end, "reversed")
        if one.created_at >= clock.bounds(clock.today())[0]:
            model.earned[name, clock.today()] -= size

    @rule(name=who, count=st.integers(1, 3))
    def redeem(self, name: str, count: int) -> None:
        model = self.model
        want = Redeem(shelf_id=self.soap, place_id=self.place, quantity=count, points=PRICE * count)
        found = self.do(lambda: service.redeem(self.actor(name), want))
        if model.stock < count:
            assert found == "sold_out"
        elif model.taken[name] + count > EACH:
            assert found == "over_limit"
        elif model.live(name) < PRICE * count:
            assert found == "not_enough_points"
        else:
            model.end(name)
            lots = first_out(model.lots[name], PRICE * count)
            model.stock -= count
            model.taken[name] += count
            model.redeemed[found.id] = (name, count, lots, found.code)
            self.codes.append((found.id, found.code))

    @precondition(lambda self: self.codes)
    @rule(data=st.data())
    def hand_over(self, data: st.DataObject) -> None:
        """Also a second time, and what was cancelled."""
        number, code = data.draw(st.sampled_from(self.codes))
        body = CodeBody(code=code)
        found = self.do(lambda: service.hand_over(self.clerk, self.place, body))
        if number in self.model.redeemed and not isinstance(found, str):
            _, _, lots, _ = self.model.redeemed.pop(number)
            self.model.pool += lots.total()
        else:
            assert found in ("already_handed_over", "code_over")

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), name=who)
    def cancel(self, data: st.DataObject, name: str) -> None:
        """Also others', and what is over."""
        number, _ = data.draw(st.sampled_from(self.codes))
        found = self.do(lambda: service.cancel(self.actor(name), number, MoveBody()))
        is_mine = number in self.model.redeemed and self.model.redeemed[number][0] == name
        if is_mine:
            self.model.give_back(number)
        else:
            assert found in ("not_found", "wrong_state")

    @rule(name=who, other=who, amount=amounts)
    def pass_on(self, name: str, other: str, amount: int) -> None:
        home = self.house.city.home if name != "bob" else self.house.city.shop
        body = TransferNew(
            dwelling_id=home.id,
            direction="give",
            amount=amount,
            to_user_id=self.house.ids[other],
        )
        found = self.do(lambda: points.transfer(self.actor(name), body))
        if name == other or "bob" in (name, other):
            assert found == "not_found"
        elif self.model.live(name) < amount:
            assert found == "not_enough_points"
        elif found != "transfer_limit":
            self.model.end(name)
            self.model.come(other, first_out(self.model.lots[name], amount))

    @rule(quantity=st.integers(1, 4), cause=st.sampled_from(["in", "out"]))
    def restock(self, quantity: int, cause: Any) -> None:
        body = StockBody(place_id=self.place, cause=cause, quantity=quantity, note="配送")
        found = self.do(lambda: shelves.restock(SYSTEM, self.soap, body))
        if found == "sold_out":
            assert (cause, self.model.stock < quantity) == ("out", True)
        else:
            self.model.stock += quantity if cause == "in" else -quantity

    @rule(days=st.sampled_from([1, 31, 400]))
    def wait(self, days: int) -> None:
        self._wait(days)

    def _wait(self, days: int) -> None:
        self.moved += timedelta(days=days)
        clock.move(timedelta(days=days))

    @rule()
    def the_clock_looks(self) -> None:
        for number in self.loop.run_until_complete(queries.due(100)):
            self.do(lambda number=number: service.run_out(number))  # type: ignore[misc]
            self.model.give_back(number)
        for account in self.loop.run_until_complete(bank.due_accounts(100)):
            self.do(lambda account=account: points.end_due(account))  # type: ignore[misc]
        for name in PEOPLE:
            self.model.end(name)

    # -- what always holds -------------------------------------------------------------------------
    @invariant()
    def it_is_as_the_model_says(self) -> None:
        self.loop.run_until_complete(self._compare())

    async def _compare(self) -> None:
        model = self.model
        for name in PEOPLE:
            user_id = self.house.ids[name]
            assert await bank.balance_of(user_id) == model.live(name)
            assert await bank.owed_by(user_id) == model.owed[name]
            set_aside = sum(
                lots.total() for one, _, lots, _ in model.redeemed.values() if one == name
            )
            assert await ledgers.balance(rules.reserved(user_id), rules.UNIT) == set_aside
            lots = await PointLot.filter(account=rules.person(user_id), amount__gt=0)
            assert {one.expires_at: one.amount for one in lots} == +model.lots[name]
        pool = await ledgers.balance(rules.pool(self.house.city.spring.id), rules.UNIT)
        assert pool == model.pool
        stock = await ShelfStock.get(good_id=self.soap)
        promised = sum(count for _, count, _, _ in model.redeemed.values())
        assert (stock.amount, stock.promised) == (model.stock, promised)
        assert await bank.check() == []
        assert await queries.check() == []
        assert await ledgers.check() == []


@pytest.mark.parametrize(("db", "examples"), [("sqlite", 25), ("mariadb", 8)], indirect=["db"])
def test_a_life_by_chance(house: Bank, examples: int) -> None:
    Life.house = house
    run_state_machine_as_test(
        Life,
        settings=hypothesis_settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
